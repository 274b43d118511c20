import { expect, test } from '@jest/globals';
import { bytesInRounds, inRounds, ownRound } from './rounds.js';

test('of many that wait, one goes on in each round of the event loop, in their order', async () => {
  let round = 0;
  let isOver = false;
  const count = (): void => {
    round += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const rounds = await Promise.all(
    Array.from({ length: 50 }, async () => {
      await ownRound();
      return round;
    }),
  );
  isOver = true;
  expect(new Set(rounds).size).toBe(50);
  expect(rounds.toSorted((a, b) => a - b)).toEqual(rounds);
});

test('pieces are made when their turn comes, so that others have rounds in between', async () => {
  const seen: string[] = [];
  function* large(name: string): Generator<string> {
    for (let at = 0; at < 3; at += 1) {
      seen.push(`${name}${at}`);
      yield 'x'.repeat(300_000);
    }
  }
  const lengths = await Promise.all(
    ['a', 'b'].map(async (name) => {
      let length = 0;
      for await (const piece of inRounds(large(name))) length += piece.length;
      return length;
    }),
  );
  expect(lengths).toEqual([900_000, 900_000]);
  expect(seen).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2']);
});

test('bytes of pieces are those of the whole text', async () => {
  const pieces = ['{"a":"', 'ä'.repeat(200_000), '', '"}'];
  expect((await bytesInRounds(pieces)).toString()).toBe(pieces.join(''));
});
