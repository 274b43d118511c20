import type { JobStore } from '@millrace/export';
import { deleteExport, withdrawExport } from '@millrace/lifecycle';
import { deletedAnswer } from '@millrace/protocol';
import type { RequestHandler } from 'express';
import { cancelExport } from '../cancel.js';
import type { CancelPorts } from '../cancel.js';
import { findExport } from '../find-export.js';
import { requireAcceptable } from '../http/representation.js';
import { sendAnswer } from '../http/send-answer.js';
import { ANONYMOUS } from '../owner.js';

export type DeleteResultPorts = CancelPorts & {
  readonly jobs: Pick<JobStore, 'read' | 'endRetention' | 'expire'>;
};

/**
 * 202 once no instance finds anything of the export any more, in whatever state it was: one that runs is cancelled, and
 * one that is over is withdrawn. Its files go after the answer; `output_ttl_reaper` removes what a death leaves of them.
 */
export function deleteResultRoute(ports: DeleteResultPorts): RequestHandler<{ id: string }> {
  const { jobs, store, background } = ports;
  return async (request, response) => {
    requireAcceptable(response);
    const record = await findExport(jobs, ANONYMOUS, request.params.id);
    const after = await cancelExport(ports, record);
    if (after.outcome !== 'cancelled') {
      const over = { id: record.id, tenant: record.tenant, expiresAt: after.expiresAt };
      await withdrawExport({ jobs, store }, over);
      void background.run(() => deleteExport({ jobs, store }, over));
    }
    sendAnswer(response, deletedAnswer(record.id));
  };
}
