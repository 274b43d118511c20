import { removeExport, withTracedEnd } from '@millrace/lifecycle';
import type { EndTracePorts, RemovePorts } from '@millrace/lifecycle';
import { deletedAnswer, exportNotFound } from '@millrace/protocol';
import { sendAnswer } from '../http/send-answer.js';
import type { ExportRoute } from '../routing/route.js';

export type DeleteResultPorts = Omit<RemovePorts, 'jobs'> &
  Pick<EndTracePorts, 'tracing' | 'artefacts'> & {
    jobsOf(tenant: string): RemovePorts['jobs'];
  };

/** 202 once no instance finds anything of the export any more, in whatever state it was. */
export function deleteResultRoute(ports: DeleteResultPorts): ExportRoute['handler'] {
  return async (_request, response, record) => {
    const jobs = ports.jobsOf(record.tenant);
    const isRemoved = await removeExport({ ...(await withTracedEnd(ports, record)), jobs }, record);
    if (!isRemoved) throw exportNotFound(record.id);
    sendAnswer(response, deletedAnswer(record.id));
  };
}
