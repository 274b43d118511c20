import { expect, test } from '@jest/globals';
import { isLater, momentOf } from '@millrace/fhir';
import fc from 'fast-check';
import { instantBefore } from './instant-before.js';

test.each([
  ['2026-01-01T00:00:00Z', '2025-12-31T23:59:59.999999999Z'],
  ['2026-01-01T00:00:00.5+01:00', '2025-12-31T23:00:00.499999999Z'],
  ['1970-01-01T00:00:00Z', '1969-12-31T23:59:59.999999999Z'],
  ['2026-01-01T00:00:00.0000000001Z', '2026-01-01T00:00:00.0000000000Z'],
])('before %s is %s', (instant, before) => {
  expect(instantBefore(instant)).toBe(before);
});

test('there is no time of nine digits between an instant and the one before', () => {
  const instants = fc.record({
    ms: fc.integer({ min: Date.parse('0001-01-02T00:00:00Z'), max: Date.parse('9999-12-30T00:00:00Z') }),
    digits: fc.stringMatching(/^\d{0,9}$/),
  });
  fc.assert(
    fc.property(instants, ({ ms, digits }) => {
      const second = new Date(ms).toISOString().slice(0, 19);
      const instant = `${second}${digits === '' ? '' : `.${digits}`}Z`;
      const [at, before] = [momentOf(instant), momentOf(instantBefore(instant))];
      if (at === undefined || before === undefined) throw new Error(`${instant} is no instant`);
      expect(isLater(at, before)).toBe(true);
      const ticks = ({ seconds, fraction }: typeof at) =>
        BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
      expect(ticks(at) - ticks(before)).toBe(1n);
    }),
  );
});
