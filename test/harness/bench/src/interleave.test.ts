import { describe, expect, it } from '@jest/globals';
import { geometricMean, interleave, interleaveAsync, median } from './interleave.js';

describe('interleaving', () => {
  it('gives every candidate one turn a round, begins each round with another, and drops the first round', () => {
    const order: string[] = [];
    const candidates = ['a', 'b', 'c'].map((name) => ({
      name,
      run: () => order.push(name),
    }));
    const results = interleave(candidates, 2);
    expect(order.join('')).toBe('abc' + 'bca' + 'cab');
    expect(Object.fromEntries(results)).toEqual({ a: [6, 8], b: [4, 9], c: [5, 7] });
  });

  it('awaits each turn before the next where turns take their time', async () => {
    const order: string[] = [];
    const candidates = ['a', 'b'].map((name) => ({
      name,
      run: async () => {
        order.push(name);
        await Promise.resolve();
        return order.push(name.toUpperCase());
      },
    }));
    const results = await interleaveAsync(candidates, 1);
    expect(order.join('')).toBe('aAbB' + 'bBaA');
    expect(Object.fromEntries(results)).toEqual({ a: [8], b: [6] });
  });
});

it.each([
  [[3, 1, 2], 2],
  [[4, 1, 2, 3], 2.5],
  [[7], 7],
  [[], Number.NaN],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected);
});

it('the geometric mean of ratios that undo each other is one', () => {
  expect(geometricMean([4, 0.25, 2, 0.5])).toBeCloseTo(1, 12);
});
