import { describe, expect, test } from '@jest/globals';
import { readIdempotencyKey } from './idempotency-key.js';

describe('an Idempotency-Key', () => {
  test.each([
    [undefined, undefined],
    ['"8e03978e-40d5-43dd-bc93-6894a57f9324"', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
    ['8e03978e-40d5-43dd-bc93-6894a57f9324', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
    [' "a" ', 'a'],
    ['"a b, c; d"', 'a b, c; d'],
    [String.raw`"a\"b\\c"`, String.raw`a"b\c`],
    ['nightly/2026-11-29:1', 'nightly/2026-11-29:1'],
    [`"${'x'.repeat(255)}"`, 'x'.repeat(255)],
  ])('%s is %s', (header, key) => {
    expect(readIdempotencyKey(header)).toBe(key);
  });

  test.each([
    '',
    ' ',
    '""',
    'a, b',
    '"a", "b"',
    'a b',
    '"a"; p=1',
    'a;b',
    '"a',
    'a"',
    String.raw`"a\b"`,
    String.raw`a\b`,
    'ключ',
    '"é"',
    '"a\tb"',
    'x'.repeat(256),
    `"${'x'.repeat(256)}"`,
  ])('%j is refused', (header) => {
    expect(() => readIdempotencyKey(header)).toThrow('Idempotency-Key must be one string');
  });

  test('of any length is refused in time that grows with it', () => {
    expect(() => readIdempotencyKey(`"${'\\"'.repeat(50_000)}`)).toThrow('Idempotency-Key');
  });
});
