import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { readIdSet, writeIdSet } from './id-set.js';

describe('a set of ids', () => {
  test.each([0, 1, 2, 3, 1000, 1024])('of %d has those, and no others', (count) => {
    const ids = new Set(Array.from({ length: count }, () => randomUUID()));
    const set = readIdSet(writeIdSet(ids));
    expect(set.count).toBe(count);
    expect([...ids].every((id) => set.has(id))).toBe(true);
    expect(Array.from({ length: 1000 }, () => randomUUID()).some((id) => set.has(id))).toBe(false);
  });

  test('tells ids apart that differ in length or in one character', () => {
    const set = readIdSet(writeIdSet(new Set(['a', 'ab', 'A.b-1', 'x'.repeat(64)])));
    expect(['a', 'ab', 'A.b-1', 'x'.repeat(64)].map((id) => set.has(id))).toEqual([true, true, true, true]);
    expect(
      ['', 'b', 'abc', 'a.b-1', 'x'.repeat(63), 'x'.repeat(65), '\u0161', 'š'].some((id) => set.has(id)),
    ).toBe(false);
  });

  test('is not written for text that is not an id', () => {
    expect(() => writeIdSet(new Set(['a/b']))).toThrow('"a/b" is not the id');
    expect(() => writeIdSet(new Set(['']))).toThrow('is not the id');
  });

  test('is not read from other bytes', () => {
    expect(() => readIdSet(Buffer.from('{}'))).toThrow('not a set of ids');
    expect(() => readIdSet(Buffer.alloc(64))).toThrow('not a set of ids');
  });
});
