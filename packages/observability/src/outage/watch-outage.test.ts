import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createMetrics } from '../metrics.js';
import { quietLog } from './quiet-log.js';
import { watchOutage } from './watch-outage.js';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const away = new Error('away');
const denied = new Error('denied');

/** A dependency that is there or not, and the log lines about it. */
function watched() {
  const lines: { level: string; msg: string; fields: Record<string, unknown> }[] = [];
  const told = (level: string) => (fields: object, msg: string) => {
    lines.push({ level, msg, fields: { ...fields } });
  };
  const log = { debug: told('debug'), info: told('info'), warn: told('warn'), error: told('error') } as never;
  const place = { isAway: false, probes: 0, fault: away };
  const metrics = createMetrics({ service: 'test', version: '0' });
  const outage = watchOutage({
    dependency: 'redis',
    reasonOf: (error) => (error === away ? 'AWAY' : error === denied ? 'DENIED' : undefined),
    adviceOn: (reason) => (reason === 'DENIED' ? 'allow it' : undefined),
    async probe() {
      place.probes += 1;
      if (place.isAway) throw place.fault;
    },
    log,
    metrics,
  });
  const messages = (): string[] => lines.map(({ level, msg }) => `${level} ${msg}`);
  return { outage, place, lines, messages, metrics, quiet: quietLog(log, [outage]) };
}

describe('an outage', () => {
  test('is told once at its begin and once at its end, however many errors it causes', async () => {
    const { outage, place, lines, messages, quiet } = watched();
    place.isAway = true;
    for (let n = 0; n < 1000; n += 1) quiet.warn({ err: away, n }, 'something failed');
    await jest.advanceTimersByTimeAsync(60_000);
    expect(messages().filter((line) => !line.startsWith('debug'))).toEqual(['error dependency lost']);
    expect(outage.reason).toBe('AWAY');

    place.isAway = false;
    await jest.advanceTimersByTimeAsync(6_000);
    expect(lines.at(-1)).toMatchObject({ level: 'info', msg: 'dependency back', fields: { errors: 1000 } });
    expect(outage.reason).toBeUndefined();
  });

  test('that does not pass by itself is logged once with advice, even if the reason becomes clear later', async () => {
    const { outage, place, lines, messages } = watched();
    place.isAway = true;
    place.fault = denied;
    outage.explains(away);
    outage.explains(denied);
    outage.explains(away);
    outage.explains(denied);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(messages()).toEqual(['error dependency lost', 'error dependency needs an operator']);
    expect(lines[0]?.fields).not.toHaveProperty('advice');
    expect(lines[1]?.fields).toMatchObject({ reason: 'DENIED', advice: 'allow it' });
    place.isAway = false;
    await jest.advanceTimersByTimeAsync(6_000);
    expect(lines.at(-1)).toMatchObject({ msg: 'dependency back', fields: { reason: 'DENIED' } });
    await jest.advanceTimersByTimeAsync(60_000);
    outage.explains(denied);
    expect(lines.at(-1)).toMatchObject({ msg: 'dependency lost', fields: { advice: 'allow it' } });
  });

  test('is looked at with growing pauses', async () => {
    const { outage, place } = watched();
    place.isAway = true;
    outage.explains(away);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(place.probes).toBeGreaterThanOrEqual(2);
    await jest.advanceTimersByTimeAsync(600_000);
    expect(place.probes).toBeLessThan(600 / 4 + 10);
    expect(place.probes).toBeGreaterThan(600 / 6);
  });

  test('does not begin again by late errors of commands that were sent before its end', async () => {
    const { outage, messages } = watched();
    outage.explains(away);
    await jest.advanceTimersByTimeAsync(200);
    expect(outage.explains(away)).toBe(true);
    await jest.advanceTimersByTimeAsync(2_500);
    expect(outage.explains(away)).toBe(true);
    expect(messages()).toEqual(['error dependency lost', 'info dependency back']);
  });

  test('of a dependency that comes and goes is told less and less often', async () => {
    const { outage, messages } = watched();
    for (let second = 0; second < 600; second += 1) {
      outage.explains(away);
      await jest.advanceTimersByTimeAsync(1_000);
    }
    expect(messages().length).toBeLessThan(40);
    expect(messages().length).toBeGreaterThan(10);
  });

  test('leaves errors of another kind as they are', () => {
    const { outage, messages, quiet } = watched();
    quiet.warn({ err: new Error('other') }, 'something failed');
    quiet.error({ exportId: 'e' }, 'something without an error');
    expect(outage.reason).toBeUndefined();
    expect(messages()).toEqual(['warn something failed', 'error something without an error']);
  });

  test('tells once when it cannot be tried whether it is over', async () => {
    const { outage, place, messages } = watched();
    place.isAway = true;
    place.fault = new Error('other');
    outage.explains(away);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(messages()).toEqual(['error dependency lost', 'warn check of dependency failed']);
  });

  test('is looked at no more once it is closed', async () => {
    const { outage, place } = watched();
    place.isAway = true;
    outage.explains(away);
    outage.close();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(place.probes).toBe(0);
  });

  test('shows in the metrics while it lasts', async () => {
    const { outage, metrics } = watched();
    const lost = async (): Promise<unknown> => (await metrics.dependencyLost.get()).values[0]?.value;
    expect(await lost()).toBe(0);
    outage.explains(away);
    expect(await lost()).toBe(1);
    await jest.advanceTimersByTimeAsync(200);
    expect(await lost()).toBe(0);
  });
});
