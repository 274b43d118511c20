import { z } from 'zod';
import { noticeSchema } from './notice.js';
import type { Notice } from './notice.js';

/** An input as `packages/storage` pins it. */
export const pinnedInputSchema = z.object({
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
export const cohortSchema = z.object({
  key: z.string(),
  patients: z.int().min(0),
});
export type Cohort = z.infer<typeof cohortSchema>;

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
export interface CutInput {
  readonly input: z.infer<typeof pinnedInputSchema>;
  readonly offsets: readonly number[];
}

/**
 * Groups subjects into passes and lays the shards of each pass over its inputs.
 *
 * @param resourceTypes resource type of each subject, in request order
 * @param inputsOf the cut inputs of each resource type
 */
export function makePlan(
  resourceTypes: readonly string[],
  inputsOf: ReadonlyMap<string, readonly CutInput[]>,
  notices: readonly Notice[] = [],
): Plan {
  const inputs: Plan['inputs'] = [];
  const passes: Pass[] = [];
  const shards: Shard[] = [];
  for (const resourceType of new Set(resourceTypes)) {
    const cutInputs = inputsOf.get(resourceType) ?? [];
    const firstInput = inputs.length;
    for (const { input } of cutInputs) inputs.push(input);
    for (const subjects of groups(indexesOf(resourceTypes, resourceType), MAX_VIEWS_PER_PASS)) {
      const pass = passes.push({ resourceType, subjects }) - 1;
      cutInputs.forEach(({ offsets }, position) => {
        for (let cut = 0; cut + 1 < offsets.length; cut += 1) {
          const start = offsets[cut] ?? 0;
          const end = offsets[cut + 1] ?? start;
          if (end > start) shards.push({ pass, input: firstInput + position, start, end });
        }
      });
    }
  }
  return { schemaVersion: 1, inputs, passes, shards, notices: [...notices] };
}

function indexesOf(values: readonly string[], wanted: string): number[] {
  return values.flatMap((value, index) => (value === wanted ? [index] : []));
}

function groups(values: readonly number[], size: number): number[][] {
  const result: number[][] = [];
  for (let at = 0; at < values.length; at += size) result.push(values.slice(at, at + size));
  return result;
}
