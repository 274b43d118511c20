import { isExportId, isOver } from '@millrace/export';
import type { ExportRecord, HeldStep, JobStore } from '@millrace/export';
import { cancelExport, deleteExport } from '@millrace/lifecycle';
import type { CancelPorts } from '@millrace/lifecycle';
import type { Change, ExportList, ShownExport } from '@millrace/protocol/admin';
import type { ObjectStore } from '@millrace/storage';
import type { Request, Response } from 'express';
import * as z from 'zod';
import { AdminError } from './errors.js';
import { pageSchema, readQuery } from './query.js';
import { heldSteps } from './worker-handlers.js';

export type AdminExportPorts = CancelPorts & {
  readonly jobs: Pick<JobStore, 'read' | 'expire' | 'liveExports' | 'expired' | 'sentSteps' | 'knownWorkers'>;
  readonly store: Pick<ObjectStore, 'createIfAbsent' | 'read' | 'list' | 'remove'>;
};

const listSchema = pageSchema.extend({ state: z.enum(['live', 'over']).default('live') });

type OneExport = Request<{ id: string }>;

/** Exports of all tenants: how they stand, to be cancelled and deleted. */
export function exportHandlers(ports: AdminExportPorts) {
  const { jobs, store } = ports;

  async function known(id: string): Promise<ExportRecord> {
    const record = isExportId(id) ? await jobs.read(id) : undefined;
    return record ?? unknownExport();
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
      const exports = await jobs.expired(Number.MAX_SAFE_INTEGER, count, skip);
      response.json({
        exports: [...exports],
        ...(exports.length < count ? {} : { next: String(skip + count) }),
      });
    },
    async show(request: OneExport, response: Response<ShownExport>): Promise<void> {
      const record = await known(request.params.id);
      const leases = leasesOf(record.id, await heldSteps(jobs));
      response.json({ ...record, leases });
    },
    async cancel(request: OneExport, response: Response<Change>): Promise<void> {
      const record = await known(request.params.id);
      if (isOver(record.state)) throw new AdminError(409, `the export has already ended: ${record.state}`);
      const after = await cancelExport(ports, record);
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

function leasesOf(id: string, held: readonly HeldStep[]): HeldStep[] {
  return held.filter(({ exportId }) => exportId === id);
}
