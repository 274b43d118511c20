import * as z from 'zod';
import { auditEventListSchema } from './audit-events.js';
import { exportListSchema, leaseListSchema, workerListSchema } from './exports.js';
import { taskListSchema } from './tasks.js';

const { exports } = exportListSchema.shape;
/** How many there are beside those that are listed. */
const more = z.number();

/**
 * `GET /ops/events`: the data of an event `snapshot`. It has the parts of the answers below `/admin`, each of them bounded.
 * Times are in milliseconds since the epoch; `at` is by the clock of Redis. An event `trouble`, in place of a snapshot, has a
 * refusal as its data.
 */
export const snapshotSchema = z.object({
  at: z.number(),
  /** Exports that are not over, the oldest first. `states` counts those of them that were looked at. */
  live: z.object({
    total: z.number(),
    states: z.record(z.string(), z.number()),
    lookedAt: z.number(),
    exports,
    more,
  }),
  /** Failed ones among the `lookedAt` exports that ended last. */
  failed: z.object({ lookedAt: z.number(), exports, more }),
  /** Exports that ended last. */
  ended: z.object({ total: z.number(), exports, more }),
  workers: z.object({ workers: workerListSchema.shape.workers, more }),
  leases: leaseListSchema,
  tasks: taskListSchema.shape.tasks,
  /** The newest first. `from`: all that were completed after it were looked at. */
  audit: z.object({ from: z.number(), entry: auditEventListSchema.shape.entry }),
});
export type Snapshot = z.infer<typeof snapshotSchema>;
