import { MAX_VIEWS_PER_PASS } from '@millrace/export';
import { cutAtLines } from '@millrace/storage';
import { openPlace } from './compose.js';
import type { InputPlace } from './input-place.js';
import { inputsOf, type InputFile } from './inputs.js';

/** One range of one input, read once for several views of a resource type. */
export interface RangeOrder {
  readonly resourceType: string;
  readonly file: InputFile;
  readonly start: number;
  readonly end: number;
  /** Positions of the views in the command. */
  readonly subjects: readonly number[];
  /** False in a later pass over the same resources, which must not be counted again. */
  readonly countsResources: boolean;
}

/**
 * All ranges in the order of their rows: by resource type, pass, input and offset. It does not depend on the number
 * of threads, so that the output does not either.
 */
export async function planRun(
  resourceTypes: readonly string[],
  places: readonly InputPlace[],
  rangeBytes: number,
): Promise<readonly RangeOrder[]> {
  const orders: RangeOrder[] = [];
  for (const resourceType of new Set(resourceTypes)) {
    const files = await inputsOf(places, resourceType);
    const cuts = await Promise.all(
      files.map(({ place, input }) => cutAtLines(openPlace(place), input, rangeBytes)),
    );
    const subjects = resourceTypes.flatMap((type, index) => (type === resourceType ? [index] : []));
    for (let first = 0; first < subjects.length; first += MAX_VIEWS_PER_PASS) {
      files.forEach((file, index) => {
        for (const { start, end } of rangesOf(cuts[index] ?? [])) {
          orders.push({
            resourceType,
            file,
            start,
            end,
            subjects: subjects.slice(first, first + MAX_VIEWS_PER_PASS),
            countsResources: first === 0,
          });
        }
      });
    }
  }
  return orders;
}

function rangesOf(offsets: readonly number[]): { start: number; end: number }[] {
  return offsets.slice(1).flatMap((end, index) => {
    const start = offsets[index] ?? end;
    return end > start ? [{ start, end }] : [];
  });
}
