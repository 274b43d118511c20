import * as z from 'zod';

/** Times are in milliseconds since the epoch, by the clock of Redis. */
const leaseSchema = z.object({
  exportId: z.string(),
  step: z.string(),
  worker: z.string(),
  token: z.string(),
  leaseEnds: z.number(),
});

const exportSchema = z.object({
  id: z.string(),
  tenant: z.string(),
  client: z.string(),
  state: z.string(),
  outcome: z.string().optional(),
  acceptedAt: z.number(),
  startedAt: z.number().optional(),
  progressAt: z.number().optional(),
  endedAt: z.number().optional(),
  expiresAt: z.number().optional(),
  shardsTotal: z.number().optional(),
  shardsDone: z.number(),
  bytesTotal: z.number(),
  bytesRead: z.number(),
  rowsWritten: z.number(),
  failure: z.object({ status: z.number(), code: z.string(), diagnostics: z.string() }).optional(),
});

/** `GET /admin/exports`. Exports that have ended have no leases. */
export const exportListSchema = z.object({
  exports: z.array(exportSchema.extend({ leases: z.array(leaseSchema).optional() })),
  next: z.string().optional(),
});
export type ExportList = z.infer<typeof exportListSchema>;

/** `GET /admin/exports/{id}` */
export const shownExportSchema = exportSchema.extend({ leases: z.array(leaseSchema) });
export type ShownExport = z.infer<typeof shownExportSchema>;

/** `GET /admin/leases`: those that end first, and how many there are beside them. */
export const leaseListSchema = z.object({ at: z.number(), leases: z.array(leaseSchema), more: z.number() });
export type LeaseList = z.infer<typeof leaseListSchema>;

/** `GET /admin/workers`; `leases` is how many a worker holds. */
export const workerListSchema = z.object({
  workers: z.array(
    z.object({ id: z.string(), slots: z.number(), knownUntil: z.number(), leases: z.number() }),
  ),
});
export type WorkerList = z.infer<typeof workerListSchema>;
