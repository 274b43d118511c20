import { expect, test } from '@jest/globals';
import { createMemorySource } from '@millrace/storage/memory';
import type { Source } from '@millrace/storage';
import { openBounds } from './open-bounds.js';
import { planRanges } from './plan-ranges.js';
import { inputsOf } from './range-inputs.js';

const NEVER = new AbortController().signal;
const LINE = 'x'.repeat(9);
const LINES = 20;

/** A plan of four ranges of five lines, whose ideal cuts lie inside lines, and the places that its source was read from. */
async function planned(failsFrom = Infinity) {
  const text = `xx\n${`${LINE}\n`.repeat(LINES)}`;
  const source = createMemorySource({
    name: 'main',
    fhirVersion: 'R4',
    files: new Map([['Patient.ndjson', Buffer.from(text)]]),
  });
  const places: number[] = [];
  const watched: Source = {
    ...source,
    read(input, start, ...rest) {
      places.push(start);
      if (start >= failsFrom) throw new Error('the disk is gone');
      return source.read(input, start, ...rest);
    },
  };
  const subjects = [{ resourceType: 'Patient', isAlone: false }];
  const plan = await planRanges(inputsOf(watched), subjects, text.length / 4, { cuts: 'ideal' });
  return { plan, places, length: text.length };
}

test('ranges begin and end at lines, and follow one another', async () => {
  const { plan, length } = await planned();
  const boundsOf = openBounds(plan, 1, NEVER);
  const bounds = await Promise.all(plan.ranges.map((_, at) => boundsOf(at)));
  expect(bounds.map(({ start }) => start)).toEqual([0, ...bounds.slice(0, -1).map(({ end }) => end)]);
  expect(bounds.at(-1)?.end).toBe(length);
  for (const { start } of bounds.slice(1)) expect((start - 3) % (LINE.length + 1)).toBe(0);
});

test('the range behind the one that is asked for is looked up meanwhile, and no other', async () => {
  const { plan, places } = await planned();
  const boundsOf = openBounds(plan, 1, NEVER);
  await boundsOf(0);
  const looked = places.length;
  expect(looked).toBe(2);
  await boundsOf(1);
  expect(places).toHaveLength(looked + 1);
});

test('a lookup ahead that fails is told to the one who asks for the range', async () => {
  const { plan } = await planned(60);
  const boundsOf = openBounds(plan, 1, NEVER);
  await expect(boundsOf(0)).resolves.toMatchObject({ start: 0 });
  await expect(boundsOf(1)).rejects.toThrow('the disk is gone');
});
