import * as z from 'zod';
import { planFrame } from './plan.js';
import type { Plan } from './plan.js';

const { outputs: _none, ...frame } = planFrame;

/** A plan of one stage of ranges, each of which was called a shard. */
export const planOfVersion1Schema = z
  .object({
    schemaVersion: z.literal(1),
    ...frame,
    shards: z.array(
      z.object({
        pass: z.int().min(0),
        input: z.int().min(0),
        start: z.int().min(0),
        end: z.int().min(0),
      }),
    ),
  })
  .transform(({ schemaVersion: _version, shards, ...plan }): Plan => {
    return {
      ...plan,
      outputs: plan.passes.flatMap(({ subjects }) => subjects.map(() => ({ stage: 0 }))),
      stages: shards.length === 0 ? [] : [shards.map((range) => ({ kind: 'range', ...range }))],
    };
  });
