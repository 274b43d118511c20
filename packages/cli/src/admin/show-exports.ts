import { z } from 'zod';
import { aligned } from './aligned.js';
import { lengthOf, moment } from './times.js';

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

export const exportsSchema = z.object({
  exports: z.array(exportSchema.extend({ leases: z.array(leaseSchema).default([]) })),
  next: z.string().optional(),
});
export const oneExportSchema = exportSchema.extend({ leases: z.array(leaseSchema) });
export const leasesSchema = z.object({ at: z.number(), leases: z.array(leaseSchema), more: z.number() });
export const workersSchema = z.object({
  workers: z.array(
    z.object({ id: z.string(), slots: z.number(), knownUntil: z.number(), leases: z.number() }),
  ),
});

/** One line for each export. */
export function showExports({ exports, next }: z.infer<typeof exportsSchema>, now: number): string {
  const list = aligned([
    ['EXPORT', 'TENANT', 'STATE', 'AGE', 'SHARDS', 'INPUT', 'ROWS', 'LAST PROGRESS', 'WORKERS'],
    ...exports.map((one) => [
      ...[one.id, one.tenant, one.state, lengthOf(now - one.acceptedAt), shardsOf(one), shareOf(one)],
      ...[
        String(one.rowsWritten),
        one.progressAt === undefined ? '' : `${lengthOf(now - one.progressAt)} ago`,
        [...new Set(one.leases.map(({ worker }) => worker))].join(' '),
      ],
    ]),
  ]);
  return next === undefined ? list : `${list}\nmore: --cursor ${next}`;
}

export function showExport(one: z.infer<typeof oneExportSchema>, now: number): string {
  const times = (['acceptedAt', 'startedAt', 'progressAt', 'endedAt', 'expiresAt'] as const).flatMap(
    (name) => {
      const at = one[name];
      return at === undefined ? [] : [[`  ${name}:`, moment(at, now)]];
    },
  );
  const lines = [
    `export: ${one.id}`,
    aligned([
      ['  tenant:', one.tenant],
      ['  client:', one.client],
      [
        '  state:',
        one.outcome === undefined || one.outcome === one.state ? one.state : `${one.state} (${one.outcome})`,
      ],
      ...times,
      ['  shards:', shardsOf(one)],
      ['  input:', `${shareOf(one)} of ${one.bytesTotal} bytes`],
      ['  rows:', String(one.rowsWritten)],
      ...(one.failure === undefined
        ? []
        : [['  failure:', `${one.failure.status} ${one.failure.code}: ${one.failure.diagnostics}`]]),
    ]),
  ];
  if (one.leases.length > 0) lines.push('  leases:');
  for (const lease of one.leases) {
    lines.push(`  > ${lease.step} held by ${lease.worker}, ends ${moment(lease.leaseEnds, now)}`);
  }
  return lines.join('\n');
}

export function showLeases({ at, leases, more }: z.infer<typeof leasesSchema>): string {
  const list = aligned([
    ['EXPORT', 'STEP', 'WORKER', 'TOKEN', 'ENDS'],
    ...leases.map(({ exportId, step, worker, token, leaseEnds }) => [
      ...[exportId, step, worker, token],
      leaseEnds >= at ? `in ${lengthOf(leaseEnds - at)}` : `${lengthOf(at - leaseEnds)} ago`,
    ]),
  ]);
  return more === 0 ? list : `${list}\nand ${more} more`;
}

export function showWorkers({ workers }: z.infer<typeof workersSchema>, now: number): string {
  return aligned([
    ['WORKER', 'SLOTS', 'LEASES', 'KNOWN UNTIL'],
    ...workers.map(({ id, slots, leases, knownUntil }) => [
      id,
      String(slots),
      String(leases),
      moment(knownUntil, now),
    ]),
  ]);
}

function shardsOf({ shardsDone, shardsTotal }: z.infer<typeof exportSchema>): string {
  return shardsTotal === undefined ? 'not planned' : `${shardsDone}/${shardsTotal}`;
}

function shareOf({ bytesRead, bytesTotal }: z.infer<typeof exportSchema>): string {
  return bytesTotal === 0 ? '-' : `${Math.floor((100 * bytesRead) / bytesTotal)}%`;
}
