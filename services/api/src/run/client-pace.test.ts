import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createClientPace } from './client-pace.js';

const TERMS = { bytesPerSecond: 1000, patienceMs: 5000 };

/** Looks every 100 ms while rows wait; whether the client was too slow at some time. */
function isEverTooSlow(seconds: number, takenAt: (second: number) => number): boolean {
  const pace = createClientPace(TERMS);
  for (let at = 1; at <= 10 * seconds; at += 1) {
    if (pace.isTooSlow(100, { isWaiting: true, takenBytes: takenAt(at / 10) })) return true;
  }
  return false;
}

test('a client that reads a byte now and then is too slow, although it never stops', () => {
  expect(isEverTooSlow(4, (second) => second)).toBe(false);
  expect(isEverTooSlow(6, (second) => second)).toBe(true);
});

test('a client that is faster may take its bytes in pieces with rests between them', () => {
  const pieces = fc.record({
    rest: fc.integer({ min: 1, max: 4 }),
    rate: fc.integer({ min: 1000, max: 1e9 }),
  });
  fc.assert(
    fc.property(pieces, ({ rest, rate }) => {
      const taken = (second: number): number => Math.floor(second / rest) * rest * rate;
      expect(isEverTooSlow(100, taken)).toBe(false);
    }),
  );
});

test('bytes that were taken fast are no reserve for a stop later', () => {
  expect(isEverTooSlow(10, (second) => Math.min(second, 1) * 1e9)).toBe(true);
});

test('time counts only while rows wait', () => {
  const pace = createClientPace(TERMS);
  for (let at = 0; at < 100; at += 1)
    expect(pace.isTooSlow(100, { isWaiting: false, takenBytes: 0 })).toBe(false);
  expect(pace.owedMs).toBe(0);
});

test('without a rate any byte is enough, and none is not', () => {
  const pace = createClientPace({ bytesPerSecond: 0, patienceMs: 5000 });
  expect(pace.isTooSlow(5000, { isWaiting: true, takenBytes: 0 })).toBe(false);
  expect(pace.isTooSlow(4000, { isWaiting: true, takenBytes: 1 })).toBe(false);
  expect(pace.owedMs).toBe(0);
  expect(pace.isTooSlow(5001, { isWaiting: true, takenBytes: 1 })).toBe(true);
});
