import { expect, test } from '@jest/globals';
import { createGate } from '@millrace/threads';
import { openKickOffRoom } from './kick-off-room.js';

const MB = 1 << 20;
const crowded = () => createGate({ atOnce: 4 * MB, mostWaiting: 1, patienceMs: 60_000 });

test('kick-offs with large views wait for one another, as far as they may, and small ones do not', async () => {
  const gate = crowded();
  const first = openKickOffRoom(gate, MB);
  await first.take(2 * MB);
  const second = openKickOffRoom(gate, 100);
  const waited = second.take(2 * MB);
  await expect(openKickOffRoom(gate, 100).take(2 * MB)).rejects.toThrow('ask again later');
  await openKickOffRoom(gate, 1000).take(1000);
  first[Symbol.dispose]();
  await waited;
  second[Symbol.dispose]();
});

test('one that took no room gives none back', async () => {
  const gate = crowded();
  const first = openKickOffRoom(gate, 0);
  await first.take(4 * MB);
  const small = openKickOffRoom(gate, 0);
  await small.take(1);
  small[Symbol.dispose]();
  openKickOffRoom(gate, 0)[Symbol.dispose]();
  let isIn = false;
  const next = openKickOffRoom(gate, 0);
  const waited = next.take(MB).then(() => {
    isIn = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(isIn).toBe(false);
  first[Symbol.dispose]();
  await waited;
});
