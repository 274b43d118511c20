import { isExportId, isOver } from '@millrace/export';
import type { ExportRecord, JobStore } from '@millrace/export';
import { cancelExport, deleteExport, withTracedEnd } from '@millrace/lifecycle';
import type { CancelPorts, EndTracePorts } from '@millrace/lifecycle';
import type { Change, ExportList, ShownExport } from '@millrace/protocol/admin';
import type { ObjectStore } from '@millrace/storage';
import type { Request, Response } from 'express';
import * as z from 'zod';
import { AdminError } from './errors.js';
import { pageSchema, readQuery } from './query.js';
import { heldSteps, leasesOf } from './worker-handlers.js';

export type AdminExportPorts = CancelPorts &
  Pick<EndTracePorts, 'tracing' | 'artefacts'> & {
    readonly jobs: Pick<JobStore, 'read' | 'expire' | 'liveExports' | 'ended' | 'sentSteps' | 'knownWorkers'>;
    readonly store: Pick<ObjectStore, 'createIfAbsent' | 'read' | 'list' | 'remove'>;
  };

const listSchema = pageSchema.extend({ state: z.enum(['live', 'over', 'failed']).default('live') });

/** Ended exports that one request looks through for failed ones, at most. */
const MOST_LOOKED_THROUGH = 2_000;
const LOOKED_THROUGH_AT_ONCE = 200;

type OneExport = Request<{ id: string }>;

/** Exports of all tenants: how they stand, to be cancelled and deleted. */
export function exportHandlers(ports: AdminExportPorts) {
  const { jobs, store } = ports;

  async function known(id: string): Promise<ExportRecord> {
    const record = isExportId(id) ? await jobs.read(id) : undefined;
    return record ?? unknownExport();
  }

  /** A page of those that ended last; `next` is where the one behind it begins. */
  async function ended(
    count: number,
    skip: number,
    onlyFailed: boolean,
  ): Promise<{ readonly exports: readonly ExportRecord[]; readonly next?: number }> {
    const exports: ExportRecord[] = [];
    let at = skip;
    while (at < skip + MOST_LOOKED_THROUGH) {
      const some = await jobs.ended(Math.max(count, LOOKED_THROUGH_AT_ONCE), at);
      for (const record of some) {
        at += 1;
        if (onlyFailed && record.state !== 'failed') continue;
        exports.push(record);
        if (exports.length === count) return { exports, next: at };
      }
      if (some.length === 0) return { exports };
    }
    return { exports, next: at };
  }

  return {
    async list(request: Request, response: Response<ExportList>): Promise<void> {
      const { state, _count: count, _cursor: cursor } = readQuery(listSchema, request);
      if (state === 'live') {
        const [{ exports, next }, held] = await Promise.all([
          jobs.liveExports(cursor, count),
          heldSteps(jobs),
        ]);
        response.json({
          exports: exports.map((record) => ({ ...record, leases: leasesOf(record.id, held) })),
          ...(next === undefined ? {} : { next }),
        });
        return;
      }
      const skip = Number(cursor ?? 0);
      if (!Number.isSafeInteger(skip) || skip < 0)
        throw new AdminError(400, '_cursor does not belong to this listing');
      const { exports, next } = await ended(count, skip, state === 'failed');
      response.json({ exports: [...exports], ...(next === undefined ? {} : { next: String(next) }) });
    },
    async show(request: OneExport, response: Response<ShownExport>): Promise<void> {
      const record = await known(request.params.id);
      const leases = leasesOf(record.id, await heldSteps(jobs));
      response.json({ ...record, leases });
    },
    async cancel(request: OneExport, response: Response<Change>): Promise<void> {
      const record = await known(request.params.id);
      if (isOver(record.state)) throw new AdminError(409, `the export has already ended: ${record.state}`);
      const after = await cancelExport(await withTracedEnd(ports, record), record);
      if (after.kind === 'gone') unknownExport();
      response.status(202).json({ cancelled: record.id });
    },
    async remove(request: OneExport, response: Response<Change>): Promise<void> {
      const record = await known(request.params.id);
      if (!(await deleteExport({ jobs, store }, record))) {
        throw new AdminError(409, `the export is ${record.state}: cancel it first`);
      }
      response.status(202).json({ deleted: record.id });
    },
  };
}

function unknownExport(): never {
  throw new AdminError(404, 'there is no export with this id; an id has 32 hex digits');
}
