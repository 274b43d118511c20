import type { ExportRecord } from '@millrace/export';
import { cancelExport, withTracedEnd } from '@millrace/lifecycle';
import type { Answers } from '@millrace/lifecycle';
import { cancelAnswer, exportNotFound, exportUrls, keptAnswer } from '@millrace/protocol';
import { sendAnswer } from '../http/send-answer.js';
import type { ExportRoute } from '../routing/route.js';
import { deleteResultRoute } from './delete-result.js';
import type { DeleteResultPorts } from './delete-result.js';

export type CancelRoutePorts = DeleteResultPorts & {
  readonly artefacts: Pick<Answers, 'request'>;
  readonly baseUrl: string;
};

/**
 * 202 once the outcome stands. An export of views that had ended keeps its result; one of Bulk Data is removed, as at its own
 * address.
 */
export function cancelRoute(ports: CancelRoutePorts): ExportRoute['handler'] {
  const remove = deleteResultRoute(ports);
  return async (request, response, record) => {
    const jobs = ports.jobsOf(record.tenant);
    const after = await cancelExport({ ...(await withTracedEnd(ports, record)), jobs }, record);
    if (after.kind === 'gone') throw exportNotFound(record.id);
    if (after.kind === 'cancelled') return sendAnswer(response, cancelAnswer(record.id));
    if (await isOfBulkData(ports, record)) return remove(request, response, record);
    sendAnswer(response, keptAnswer(record.id, after, exportUrls(ports.baseUrl, record.id)));
  };
}

/** Records of versions that did not note it are asked for by their requests. One that cannot be read is kept. */
async function isOfBulkData(
  { artefacts }: { readonly artefacts: Pick<Answers, 'request'> },
  record: ExportRecord,
): Promise<boolean> {
  if (record.isBulk === true) return true;
  return artefacts.request(record).then(
    ({ bulk }) => bulk !== undefined,
    () => false,
  );
}
