import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createEvents } from '../events.js';
import { createLogger } from '../logger.js';
import { createMetrics } from '../metrics.js';
import { watchFault } from './fault-watch.js';
import { watchEventLoop } from './watch-event-loop.js';

function observed() {
  const lines: Record<string, unknown>[] = [];
  const metrics = createMetrics({ service: 'test', version: '1.2.3' });
  const log = createLogger({
    service: 'test',
    level: 'info',
    destination: { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  return { lines, events: createEvents({ log, metrics }), scrape: () => metrics.registry.metrics() };
}

const CALM_MS = 60;

describe('a watched fault', () => {
  it('is one line and one count however often it is seen, and one more line when it is over', async () => {
    const { lines, events, scrape } = observed();
    let now = 0;
    const watch = watchFault('redis-memory', events, CALM_MS, () => now);
    watch.saw(undefined);
    for (now = 100; now <= 200; now += 50) watch.saw({ ratio: 0.9 });
    expect(watch.lastedMs).toBe(150);
    expect(await scrape()).toContain('millrace_watchdog_alarm{watchdog="redis-memory",service="test"} 1');
    now = 259;
    watch.saw(undefined);
    now = 260;
    watch.saw(undefined);
    expect(lines).toMatchObject([
      { level: 'warn', watchdog: 'redis-memory', ratio: 0.9 },
      { level: 'info', watchdog: 'redis-memory', lastedMs: 100 },
    ]);
    expect(watch.lastedMs).toBe(0);
    watch.saw({ ratio: 0.9 });
    const text = await scrape();
    expect(text).toContain('millrace_watchdog_alarms_total{watchdog="redis-memory",service="test"} 2');
  });

  it('that comes and goes is one until it has stayed away', () => {
    const { lines, events } = observed();
    let now = 0;
    const watch = watchFault('idle-worker', events, CALM_MS, () => now);
    for (now = 0; now < 600; now += 30) watch.saw(now % 60 === 0 ? { freeMs: 1 } : undefined);
    expect(lines).toHaveLength(1);
  });
});

describe('the watch of the event loop', () => {
  let closing = (): void => undefined;
  afterEach(() => closing());

  it('tells that the event loop was blocked, and for how long', async () => {
    const { lines, events } = observed();
    const terms = { everyMs: 5, blockedMs: 400, calmMs: 60_000 };
    closing = watchEventLoop(events, terms).close;
    await wait(20);
    const end = performance.now() + 500;
    while (performance.now() < end);
    while (lines.length === 0) await wait(1);
    expect(lines).toMatchObject([{ watchdog: 'event-loop', level: 'warn' }]);
    expect(lines[0]?.['lateMs']).toBeGreaterThanOrEqual(400);
  });
});
