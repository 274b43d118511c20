import { passesOf } from './pass.js';
import type { Pass, PassSubject } from './pass.js';

/** Whole lines of one input, evaluated by one pass; of gzip the whole input. Inputs and passes are named by their places. */
export interface Range {
  readonly pass: number;
  readonly input: number;
  readonly start: number;
  readonly end: number;
}

/** An input and the offsets at which it is cut: `[0, …, bytes]`, each at the start of a line. */
export interface CutInput<Input> {
  readonly input: Input;
  readonly offsets: readonly number[];
}

/** The ranges of some passes. */
export interface RangeLayout<Input> {
  /** By resource type. */
  readonly inputs: Input[];
  readonly passes: Pass[];
  /** In output order: by pass, then input, then position. */
  readonly ranges: Range[];
}

/**
 * Groups subjects into passes and lays the ranges of each pass over its inputs.
 *
 * @param subjects in request order
 * @param inputsOf the cut inputs of each resource type
 */
export function layRanges<Input>(
  subjects: readonly PassSubject[],
  inputsOf: ReadonlyMap<string, readonly CutInput<Input>[]>,
): RangeLayout<Input> {
  const inputs: Input[] = [];
  const firstOf = new Map<string, number>();
  for (const resourceType of new Set(subjects.map((subject) => subject.resourceType))) {
    firstOf.set(resourceType, inputs.length);
    for (const { input } of inputsOf.get(resourceType) ?? []) inputs.push(input);
  }
  const passes = passesOf(subjects);
  const ranges = passes.flatMap(({ resourceType }, pass) => {
    const first = firstOf.get(resourceType) ?? 0;
    const cutInputs = inputsOf.get(resourceType) ?? [];
    return cutInputs.flatMap(({ offsets }, position) => rangesBetween(offsets, pass, first + position));
  });
  return { inputs, passes, ranges };
}

/** The ranges between neighbouring offsets. Two equal offsets have no range between them. */
function rangesBetween(offsets: readonly number[], pass: number, input: number): Range[] {
  return offsets.slice(1).flatMap((end, index) => {
    const start = offsets[index] ?? end;
    return end > start ? [{ pass, input, start, end }] : [];
  });
}
