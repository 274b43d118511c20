import { expect, test } from '@jest/globals';
import { createRefusalRoom } from './refusal-room.js';

test('a flood of refusals fills a minute of the log up to its bound, and leaves room for other addresses', () => {
  let at = 0;
  const room = createRefusalRoom(8, () => at);
  const takenOf = (address: string, times: number): number =>
    Array.from({ length: times }, () => room.take(address)).filter(Boolean).length;
  expect(takenOf('flood', 1000)).toBe(2);
  expect(takenOf('other', 1)).toBe(1);
  const others = Array.from({ length: 1000 }, (_, other) => takenOf(`address ${other}`, 1));
  expect(others.filter((taken) => taken > 0)).toHaveLength(5);
  expect(room.takeMissed()).toBe(0);
  at = 60_000;
  expect(room.takeMissed()).toBe(998 + 995);
  expect(room.takeMissed()).toBe(0);
  expect(takenOf('flood', 1000)).toBe(2);
});

test('a bound of 0 writes nothing down', () => {
  const room = createRefusalRoom(0, () => 0);
  expect(room.take('somebody')).toBe(false);
});
