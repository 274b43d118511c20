import * as z from 'zod';

/** `GET /admin/background-tasks/{name}`. Times are in milliseconds since the epoch. */
export const shownTaskSchema = z.object({
  name: z.string(),
  description: z.string(),
  periodSecs: z.number(),
  current: z.union([
    z.object({ state: z.literal('idle') }),
    z.object({ state: z.literal('running'), since: z.number(), reason: z.string() }),
  ]),
  last: z
    .object({
      iteration: z.number(),
      startedAt: z.number(),
      elapsedMs: z.number(),
      reason: z.string(),
      details: z.record(z.string(), z.unknown()),
      error: z.string().optional(),
    })
    .optional(),
});
export type ShownTask = z.infer<typeof shownTaskSchema>;

/** `GET /admin/background-tasks` */
export const taskListSchema = z.object({ tasks: z.array(shownTaskSchema) });
export type TaskList = z.infer<typeof taskListSchema>;
