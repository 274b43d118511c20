import { expect, test } from '@jest/globals';
import { createBodyRoom } from './body-room.js';

const KIB = 1 << 10;

test('bodies share the room, and each gives back what it took', () => {
  const room = createBodyRoom(100 * KIB);
  const [first, second] = [room.enter(), room.enter()];
  expect(first.take(90 * KIB)).toBe(true);
  expect(second.take(60 * KIB)).toBe(true);
  expect(second.take(20 * KIB)).toBe(false);
  first.leave();
  first.leave();
  expect(second.take(90 * KIB)).toBe(false);
  second.leave();
  const third = room.enter();
  expect(third.take(132 * KIB)).toBe(true);
  expect(room.enter().take(33 * KIB)).toBe(false);
});

test('a small body finds room also where large ones have taken all of it', () => {
  const room = createBodyRoom(KIB);
  expect(room.enter().take(33 * KIB)).toBe(true);
  const small = room.enter();
  for (let byte = 0; byte < 32; byte += 1) expect(small.take(KIB)).toBe(true);
  expect(small.take(1)).toBe(false);
});
