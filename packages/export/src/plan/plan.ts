import * as z from 'zod';
import { noticeSchema } from '../notice.js';
import { passSchema } from './pass.js';
import type { Task } from './task.js';

/** An input as `packages/storage` pins it. */
const pinnedInputSchema = z.object({
  key: z.string(),
  bytes: z.int().min(0),
  compression: z.enum(['none', 'gzip']),
  version: z.string(),
  gzipRatio: z.int().min(1).optional(),
});

/** The stage that writes the parts of an output. Only later stages read what other stages write for its subject. */
const outputSchema = z.object({ stage: z.int().min(0) });

/** A set of ids in an object of its own, and how many there are. */
const idSetShape = { key: z.string(), patients: z.int().min(0) };

/** Ids of resources in an object of its own, and how many there are. */
const chosenShape = { key: z.string(), resources: z.int().min(0) };

/** The members of a plan beside its tasks. */
export const planFrame = {
  inputs: z.array(pinnedInputSchema),
  passes: z.array(passSchema),
  /** Of each subject of the request, in its order. */
  outputs: z.array(outputSchema),
  /** Findings beside the inputs. Plans of versions that did not look have none. */
  notices: z.array(noticeSchema).default([]),
  /** The patients that the filter of the request leaves, as a set of ids. Absent without one. */
  cohort: z
    .object({
      ...idSetShape,
      /** Those of them whose resources pass `since` whatever their age. Absent: nobody's do. */
      joined: z.object(idSetShape).optional(),
    })
    .optional(),
  /** The Provenance resources of the export by id. Absent: the filter chooses them as it chooses others. */
  provenance: z
    .object({
      ...chosenShape,
      /** Those of them that pass `since` whatever their age. Absent: none do. */
      joined: z.object(chosenShape).optional(),
    })
    .optional(),
  /** The groups of an export of groups, which are all that it has of the type Group. Absent: the filter chooses as of other types. */
  groups: z.object(chosenShape).optional(),
  /** The deletions that the source knows of resources that are exported, by their type. Absent: none. */
  deletions: z.record(z.string(), z.object(chosenShape)).optional(),
};

/** The pinned inputs and the work of one export. `stored-plan.ts` says how it is kept. */
export type Plan = Readonly<z.infer<z.ZodObject<typeof planFrame>>> & {
  /** Each begins when the one before it is done. A task is done by the shard whose number is its place in all of them. */
  readonly stages: readonly (readonly Task[])[];
};

/** The task of a shard; undefined when the plan has none of that number. */
export function taskOf({ stages }: Pick<Plan, 'stages'>, shard: number): Task | undefined {
  let index = shard;
  for (const tasks of stages) {
    if (index < tasks.length) return tasks[index];
    index -= tasks.length;
  }
  return undefined;
}
