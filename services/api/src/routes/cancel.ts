import { cancelExport } from '@millrace/lifecycle';
import type { CancelPorts } from '@millrace/lifecycle';
import { cancelAnswer, exportNotFound, exportUrls, keptAnswer } from '@millrace/protocol';
import { sendAnswer } from '../http/send-answer.js';
import type { ExportRoute } from '../routing/route.js';

export type CancelRoutePorts = Omit<CancelPorts, 'jobs'> & {
  jobsOf(tenant: string): CancelPorts['jobs'];
  readonly baseUrl: string;
};

/** 202 once the outcome stands. An export that had ended keeps its result. */
export function cancelRoute(ports: CancelRoutePorts): ExportRoute['handler'] {
  return async (_request, response, record) => {
    const after = await cancelExport({ ...ports, jobs: ports.jobsOf(record.tenant) }, record);
    if (after.kind === 'gone') throw exportNotFound(record.id);
    const urls = exportUrls(ports.baseUrl, record.id);
    sendAnswer(
      response,
      after.kind === 'cancelled' ? cancelAnswer(record.id) : keptAnswer(record.id, after, urls),
    );
  };
}
