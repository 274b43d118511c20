import type { ExportRecords } from '@millrace/export';
import { cancelExport } from '@millrace/lifecycle';
import type { CancelPorts } from '@millrace/lifecycle';
import { cancelAnswer, exportNotFound, exportUrls, keptAnswer } from '@millrace/protocol';
import type { RequestHandler } from 'express';
import { findExport } from '../find-export.js';
import { requireAcceptable } from '../http/representation.js';
import { sendAnswer } from '../http/send-answer.js';
import { ANONYMOUS } from '../owner.js';

export type CancelRoutePorts = CancelPorts & {
  readonly jobs: Pick<ExportRecords, 'read'>;
  readonly baseUrl: string;
};

/** 202 once the outcome stands. An export that was over keeps its result. */
export function cancelRoute(ports: CancelRoutePorts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    requireAcceptable(response);
    const record = await findExport(ports.jobs, ANONYMOUS, request.params.id);
    const after = await cancelExport(ports, record);
    if (after.kind === 'gone') throw exportNotFound(record.id);
    const urls = exportUrls(ports.baseUrl, record.id);
    sendAnswer(
      response,
      after.kind === 'cancelled' ? cancelAnswer(record.id) : keptAnswer(record.id, after, urls),
    );
  };
}
