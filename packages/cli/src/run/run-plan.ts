import { MAX_VIEWS_PER_PASS } from '@millrace/export';
import { cutAtLines } from '@millrace/storage';
import { openPlace } from './compose.js';
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
 */
export async function planRun(
  resourceTypes: readonly string[],
  inputs: Pick<RunInputs, 'of'>,
  rangeBytes: number,
): Promise<readonly RangeOrder[]> {
  const orders: RangeOrder[] = [];
  for (const [pass, { resourceType, subjects, isFirst }] of passesOf(resourceTypes).entries()) {
    const files = await inputs.of(resourceType);
    const cuts = await Promise.all(
      files.map(({ place, input }) => cutAtLines(openPlace(place), input, rangeBytes)),
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
