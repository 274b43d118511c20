import { MAX_VIEWS_PER_PASS } from '@millrace/export';
import { cutAtLines } from '@millrace/storage';
import { UsageError } from '../errors.js';
import { openPlace } from './compose.js';
import { isPipe } from './input-place.js';
import type { InputFile } from './inputs.js';
import type { RunInputs } from './run-inputs.js';

/** One range of one input, read once for several views of a resource type. */
export interface RangeOrder {
  readonly resourceType: string;
  readonly file: InputFile;
  readonly start: number;
  readonly end: number;
  /** Positions of the views in the command. */
  readonly subjects: readonly number[];
  /** Number of the pass over the input. */
  readonly pass: number;
  /** False in a later pass over the same resources, which must not be counted again. */
  readonly countsResources: boolean;
}

/**
 * All ranges in the order of their rows: by resource type, pass, input and offset. It does not depend on the number
 * of threads, so that the output does not either.
 *
 * @throws UsageError for a pipe that would have to be read more than once
 */
export async function planRun(
  resourceTypes: readonly string[],
  inputs: Pick<RunInputs, 'of'>,
  rangeBytes: number,
): Promise<readonly RangeOrder[]> {
  const orders: RangeOrder[] = [];
  const passes = passesOf(resourceTypes);
  for (const [pass, { resourceType, subjects, isFirst }] of passes.entries()) {
    const files = await inputs.of(resourceType);
    const cuts = await Promise.all(
      files.map(async ({ place, input }) => {
        if (!isPipe(place)) return cutAtLines(openPlace(place), input, rangeBytes);
        if (passes.length > 1) throw new UsageError(onePassText(input.key));
        return [0, input.bytes];
      }),
    );
    files.forEach((file, index) => {
      for (const { start, end } of rangesOf(cuts[index] ?? [])) {
        orders.push({ resourceType, file, start, end, subjects, pass, countsResources: isFirst });
      }
    });
  }
  return orders;
}

/** Views that are evaluated together. */
export interface RunPass {
  readonly resourceType: string;
  /** Positions of the views in the command. */
  readonly subjects: readonly number[];
  /** Whether it is the first over the resources of the type. */
  readonly isFirst: boolean;
}

export function passesOf(resourceTypes: readonly string[]): readonly RunPass[] {
  return [...new Set(resourceTypes)].flatMap((resourceType) => {
    const ofType = resourceTypes.flatMap((type, index) => (type === resourceType ? [index] : []));
    const passes: RunPass[] = [];
    for (let first = 0; first < ofType.length; first += MAX_VIEWS_PER_PASS) {
      const subjects = ofType.slice(first, first + MAX_VIEWS_PER_PASS);
      passes.push({ resourceType, subjects, isFirst: first === 0 });
    }
    return passes;
  });
}

function rangesOf(offsets: readonly number[]): { start: number; end: number }[] {
  return offsets.slice(1).flatMap((end, index) => {
    const start = offsets[index] ?? end;
    return end > start ? [{ start, end }] : [];
  });
}

function onePassText(pipe: string): string {
  return (
    `${pipe} can be read once, for at most ${MAX_VIEWS_PER_PASS} views of one resource type: ` +
    'give a file, or run the views apart'
  );
}
