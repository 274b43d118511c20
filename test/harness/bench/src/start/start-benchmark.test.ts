import { expect, it } from '@jest/globals';
import { compareStarts } from './start-benchmark.js';

it('a start is compared with that of Node in the same round', () => {
  const rounds = new Map([
    ['node', [0.1, 0.2, 0.1]],
    ['api', [0.5, 0.4, 0.3]],
  ]);
  expect(compareStarts(rounds)).toEqual({
    node: { seconds: 0.1, toNode: 1 },
    api: { seconds: 0.4, toNode: 3 },
  });
});
