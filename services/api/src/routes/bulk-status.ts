import { asBulkRequest, bulkStatusAnswer, exportNotFound, exportUrls } from '@millrace/protocol';
import { sendAnswer } from '../http/send-answer.js';
import type { ExportRoute } from '../routing/route.js';
import type { StatusPorts } from './status.js';

/** 202 with progress while it runs; then the manifest, or the error of an export that failed. */
export function bulkStatusRoute({ artefacts, baseUrl, pace }: StatusPorts): ExportRoute['handler'] {
  return async (_request, response, record) => {
    const asked = asBulkRequest(await artefacts.request(record));
    // Exports of views have their own status URL.
    if (asked === undefined) throw exportNotFound(record.id);
    const manifest = record.state === 'completed' ? await artefacts.manifest(record) : undefined;
    const completed = manifest?.outcome === 'completed' ? manifest : undefined;
    const urls = exportUrls(baseUrl, record.id);
    sendAnswer(response, bulkStatusAnswer(record, Date.now(), urls, asked, completed, pace));
  };
}
