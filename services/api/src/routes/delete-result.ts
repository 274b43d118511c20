import type { ExportRecords } from '@millrace/export';
import { removeExport } from '@millrace/lifecycle';
import type { RemovePorts } from '@millrace/lifecycle';
import { deletedAnswer, exportNotFound } from '@millrace/protocol';
import type { RequestHandler } from 'express';
import { findExport } from '../find-export.js';
import { requireAcceptable } from '../http/representation.js';
import { sendAnswer } from '../http/send-answer.js';
import { ANONYMOUS } from '../owner.js';

export type DeleteResultPorts = RemovePorts & { readonly jobs: Pick<ExportRecords, 'read'> };

/** 202 once no instance finds anything of the export any more, in whatever state it was. */
export function deleteResultRoute(ports: DeleteResultPorts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    requireAcceptable(response);
    const record = await findExport(ports.jobs, ANONYMOUS, request.params.id);
    if (!(await removeExport(ports, record))) throw exportNotFound(record.id);
    sendAnswer(response, deletedAnswer(record.id));
  };
}
