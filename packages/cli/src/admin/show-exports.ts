import type { ExportList, LeaseList, ShownExport, WorkerList } from '@millrace/protocol/admin';
import { harmlessName } from '../terminal.js';
import { aligned } from './aligned.js';
import { lengthOf, moment } from './times.js';

/**
 * One line for each export.
 *
 * @param ifNone what is said where there is none, so that an empty list is not taken for a question that failed
 */
export function showExports({ exports, next }: ExportList, now: number, ifNone: string): string {
  if (exports.length === 0 && next === undefined) return ifNone;
  const list = aligned([
    ['EXPORT', 'TENANT', 'STATE', 'AGE', 'SHARDS', 'INPUT', 'ROWS', 'LAST PROGRESS', 'WORKERS'],
    ...exports.map((one) => [
      one.id,
      one.tenant,
      one.state,
      lengthOf(now - one.acceptedAt),
      shardsOf(one),
      shareOf(one),
      String(one.rowsWritten),
      one.progressAt === undefined ? '' : `${lengthOf(now - one.progressAt)} ago`,
      [...new Set((one.leases ?? []).map(({ worker }) => worker))].join(' '),
    ]),
  ]);
  return withNext(list, next);
}

function withNext(list: string, next: string | undefined): string {
  return next === undefined ? list : `${list}\nmore: --cursor ${next}`;
}

function reasonOf({ failure }: Pick<ShownExport, 'failure'>): string {
  return failure === undefined
    ? 'unknown'
    : harmlessName(`${failure.status} ${failure.code}: ${failure.diagnostics}`);
}

/** One line for each export, with the reason of its failure. */
export function showFailures({ exports, next }: ExportList, now: number): string {
  if (exports.length === 0 && next === undefined) return 'no export that is kept has failed';
  const list = aligned([
    ['EXPORT', 'TENANT', 'ENDED', 'SHARDS', 'ROWS', 'REASON'],
    ...exports.map((one) => [
      one.id,
      one.tenant,
      one.endedAt === undefined ? '' : `${lengthOf(now - one.endedAt)} ago`,
      shardsOf(one),
      String(one.rowsWritten),
      reasonOf(one),
    ]),
  ]);
  return withNext(list, next);
}

export function showExport(one: ShownExport, now: number): string {
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
      ...(one.failure === undefined ? [] : [['  failure:', reasonOf(one)]]),
    ]),
  ];
  if (one.leases.length > 0) lines.push('  leases:');
  for (const lease of one.leases) {
    lines.push(`  > ${lease.step} held by ${lease.worker}, ends ${moment(lease.leaseEnds, now)}`);
  }
  return lines.join('\n');
}

export function showLeases({ at, leases, more }: LeaseList): string {
  if (leases.length === 0 && more === 0) return 'no worker holds a step';
  const list = aligned([
    ['EXPORT', 'STEP', 'WORKER', 'TOKEN', 'ENDS'],
    ...leases.map(({ exportId, step, worker, token, leaseEnds }) => [
      exportId,
      step,
      worker,
      token,
      leaseEnds >= at ? `in ${lengthOf(leaseEnds - at)}` : `${lengthOf(at - leaseEnds)} ago`,
    ]),
  ]);
  return more === 0 ? list : `${list}\nand ${more} more`;
}

export function showWorkers({ workers }: WorkerList, now: number): string {
  if (workers.length === 0) return 'no worker is registered';
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

function shardsOf({ shardsDone, shardsTotal }: Omit<ShownExport, 'leases'>): string {
  return shardsTotal === undefined ? 'not planned' : `${shardsDone}/${shardsTotal}`;
}

function shareOf({ bytesRead, bytesTotal }: Omit<ShownExport, 'leases'>): string {
  return bytesTotal === 0 ? '-' : `${Math.floor((100 * bytesRead) / bytesTotal)}%`;
}
