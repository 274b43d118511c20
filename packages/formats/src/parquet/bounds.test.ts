import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Bounds } from './bounds.js';
import type { Physical } from './cast.js';

function boundsOf(values: Physical[]): [Physical | undefined, Physical | undefined] {
  const bounds = new Bounds();
  for (const value of values) bounds.add(value);
  return [bounds.min, bounds.max];
}

describe('the bounds of a column chunk', () => {
  it.each<[string, Physical[], Physical | undefined, Physical | undefined]>([
    ['numbers', [3, -1.5, 2], -1.5, 3],
    ['large integers', [5n, -(2n ** 62n), 2n ** 62n], -(2n ** 62n), 2n ** 62n],
    ['booleans', [true, false], false, true],
    ['zeros', [0, -0], -0, 0],
    ['nothing', [], undefined, undefined],
    ['bytes, which have none', [Buffer.from('a')], undefined, undefined],
  ])('are right for %s', (_, values, min, max) => {
    const [low, high] = boundsOf(values);
    expect(Object.is(low, min)).toBe(true);
    expect(Object.is(high, max)).toBe(true);
  });

  it('order text by its bytes in UTF-8, above the surrogates too', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', '\u00e9', '\ue000', '\uffff', '\u{10000}', '\u{1f600}'),
    });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), (texts) => {
        const sorted = texts.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        expect(boundsOf(texts)).toEqual([sorted[0], sorted.at(-1)]);
      }),
    );
  });
});
