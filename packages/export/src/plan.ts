import { z } from 'zod';
import { noticeSchema } from './notice.js';

/** An input as `packages/storage` pins it. */
const pinnedInputSchema = z.object({
  key: z.string(),
  bytes: z.int().min(0),
  compression: z.enum(['none', 'gzip']),
  version: z.string(),
});

/** One read over one resource type that serves several views. */
export const passSchema = z.object({
  resourceType: z.string(),
  /** Indexes of subjects in the request. */
  subjects: z.array(z.int().min(0)).min(1),
});
export type Pass = z.infer<typeof passSchema>;

/** A range of whole lines of one input, evaluated by one pass. For gzip: the whole input. */
export const shardSchema = z.object({
  pass: z.int().min(0),
  input: z.int().min(0),
  start: z.int().min(0),
  end: z.int().min(0),
});
export type Shard = z.infer<typeof shardSchema>;

/** The patients that the filter of the request leaves, as a set of ids in an object of its own. */
const cohortSchema = z.object({
  key: z.string(),
  patients: z.int().min(0),
});

/** The pinned inputs and the shards of one export: the content of `plan.json`. The first one written holds. */
export const planSchema = z.object({
  schemaVersion: z.literal(1),
  inputs: z.array(pinnedInputSchema),
  passes: z.array(passSchema),
  /** In output order: by pass, then input, then position. */
  shards: z.array(shardSchema),
  /** What was found beside the inputs. Absent in plans of versions that did not look. */
  notices: z.array(noticeSchema).default([]),
  /** Present when the request filters by patients or groups. */
  cohort: cohortSchema.optional(),
});
export type Plan = z.infer<typeof planSchema>;

/** More views in one pass would hold too many open parts at once. */
export const MAX_VIEWS_PER_PASS = 8;

/** An input and the offsets at which it is cut: `[0, …, bytes]`, each at the start of a line. */
export interface CutInput<Input> {
  readonly input: Input;
  readonly offsets: readonly number[];
}

/** The shards of some passes; their numbers are positions in the lists of inputs and passes. */
export interface ShardLayout<Input> {
  /** By resource type. */
  readonly inputs: Input[];
  readonly passes: Pass[];
  /** In output order: by pass, then input, then position. */
  readonly shards: Shard[];
}

/**
 * Groups subjects into passes and lays the shards of each pass over its inputs.
 *
 * @param resourceTypes resource type of each subject, in request order
 * @param inputsOf the cut inputs of each resource type
 */
export function layShards<Input>(
  resourceTypes: readonly string[],
  inputsOf: ReadonlyMap<string, readonly CutInput<Input>[]>,
): ShardLayout<Input> {
  const inputs: Input[] = [];
  const firstOf = new Map<string, number>();
  for (const resourceType of new Set(resourceTypes)) {
    firstOf.set(resourceType, inputs.length);
    for (const { input } of inputsOf.get(resourceType) ?? []) inputs.push(input);
  }
  const passes = passesOf(resourceTypes);
  const shards = passes.flatMap(({ resourceType }, pass) => {
    const first = firstOf.get(resourceType) ?? 0;
    const cutInputs = inputsOf.get(resourceType) ?? [];
    return cutInputs.flatMap(({ offsets }, position) => shardsOf(offsets, pass, first + position));
  });
  return { inputs, passes, shards };
}

/**
 * Subjects that are evaluated together: those of one resource type, as many as a pass may have.
 *
 * @param resourceTypes resource type of each subject, in request order
 */
export function passesOf(resourceTypes: readonly string[]): Pass[] {
  return [...new Set(resourceTypes)].flatMap((resourceType) =>
    groups(indexesOf(resourceTypes, resourceType), MAX_VIEWS_PER_PASS).map((subjects) => {
      return { resourceType, subjects };
    }),
  );
}

function shardsOf(offsets: readonly number[], pass: number, input: number): Shard[] {
  return offsets.slice(1).flatMap((end, index) => {
    const start = offsets[index] ?? end;
    return end > start ? [{ pass, input, start, end }] : [];
  });
}

function indexesOf(values: readonly string[], wanted: string): number[] {
  return values.flatMap((value, index) => (value === wanted ? [index] : []));
}

function groups(values: readonly number[], size: number): number[][] {
  const result: number[][] = [];
  for (let at = 0; at < values.length; at += size) result.push(values.slice(at, at + size));
  return result;
}
