import { beforeEach, describe, expect, test } from '@jest/globals';
import { createLiveSnapshots } from './live-snapshots.js';
import type { LiveEvent, LiveSnapshots } from './live-snapshots.js';

let reads: number;
let fails: boolean;
let endPause: () => void;
let live: LiveSnapshots;
beforeEach(() => {
  reads = 0;
  fails = false;
  endPause = () => undefined;
  live = createLiveSnapshots({
    async read() {
      reads += 1;
      if (fails) throw new Error('a password is wrong');
      return { reading: reads };
    },
    describe: () => 'Redis does not answer',
    pause: () => new Promise((resolve) => (endPause = resolve)),
    intervalMs: 2_000,
    mostWatchers: 3,
  });
});

/** All that waits for nothing but promises. */
const settle = () => new Promise((resolve) => setImmediate(resolve));
async function tick(): Promise<void> {
  endPause();
  await settle();
}
function watcher() {
  const events: LiveEvent[] = [];
  const leave = live.watch((event) => events.push(event));
  return { events, leave: leave ?? (() => undefined), isRefused: leave === undefined };
}

describe('snapshots', () => {
  test('are read once for all watchers; one that joins has the latest at once', async () => {
    const one = watcher();
    await settle();
    const other = watcher();
    expect(other.events).toEqual([{ name: 'snapshot', json: '{"reading":1}' }]);
    await tick();
    expect(reads).toBe(2);
    expect(one.events).toEqual(other.events);
  });

  test('are not read while nobody watches, and are read again when somebody does', async () => {
    const { leave } = watcher();
    await settle();
    leave();
    await tick();
    await tick();
    expect(reads).toBe(1);
    const back = watcher();
    await settle();
    expect(back.events).toEqual([{ name: 'snapshot', json: '{"reading":2}' }]);
  });

  test('are read by one loop, when a watcher leaves and another comes meanwhile', async () => {
    const first = watcher();
    await settle();
    first.leave();
    watcher();
    await tick();
    await tick();
    expect(reads).toBe(3);
  });

  test('are for a bounded number of watchers; one that leaves makes room', async () => {
    const watchers = [watcher(), watcher(), watcher()];
    expect(watcher().isRefused).toBe(true);
    watchers[0]?.leave();
    expect(watcher().isRefused).toBe(false);
  });

  test('that cannot be read are said to be missing, without the words of the error, and come back', async () => {
    fails = true;
    const { events } = watcher();
    await settle();
    expect(events).toEqual([{ name: 'trouble', json: '{"error":"Redis does not answer"}' }]);
    fails = false;
    await tick();
    expect(events.at(-1)).toEqual({ name: 'snapshot', json: '{"reading":2}' });
  });
});
