import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { didYouMean, nearestNames } from './nearest-name.js';

const names = ['family', 'given', 'use', 'text', 'period', 'prefix', 'suffix', 'id', 'extension'];

describe('the nearest name', () => {
  test.each([
    ['familly', ['family']],
    ['famly', ['family']],
    ['fmaily', ['family']],
    ['Family', ['family']],
    ['us', ['use']],
    ['sue', ['use']],
    ['di', ['id']],
    ['nothing', []],
    ['x'.repeat(10_000), []],
  ])('of %s is %j', (written, nearest) => {
    expect(nearestNames(written, names)).toEqual(nearest);
  });

  test('is one of several when they are equally near', () => {
    expect(didYouMean('bat', ['cat', 'hat', 'dog'])).toBe('; did you mean "cat" or "hat"?');
    expect(didYouMean('nothing', names)).toBe('');
  });

  test('of a name with one slip is that name, unless another one is as near', () => {
    const slip = fc.record({
      name: fc.constantFrom(...names),
      at: fc.nat(12),
      letter: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'),
      kind: fc.constantFrom('insert', 'remove', 'replace', 'swap'),
    });
    fc.assert(
      fc.property(slip, ({ name, at, letter, kind }) => {
        const index = at % name.length;
        const [before, after] = [name.slice(0, index), name.slice(index)];
        const written = {
          insert: before + letter + after,
          remove: before + after.slice(1),
          replace: before + letter + after.slice(1),
          swap: before + after.slice(1, 2) + after.slice(0, 1) + after.slice(2),
        }[kind];
        expect(nearestNames(written, names)).toContain(names.includes(written) ? written : name);
      }),
    );
  });
});
