import { isOver } from '@millrace/export';
import type { ExportRecord, JobStore } from '@millrace/export';
import { asBulkRequest, bulkStatusAnswer, exportNotFound, refuse } from '@millrace/protocol';
import type { Answer } from '@millrace/protocol';
import { sendAnswer } from '../http/send-answer.js';
import { pollExport } from '../poll-export.js';
import type { Polling } from '../poll-export.js';
import type { ExportRoute } from '../routing/route.js';
import { bulkPage } from './bulk-page.js';
import type { StatusPorts } from './status-ports.js';

export type BulkPagePorts = StatusPorts & {
  jobsOf(tenant: string): Pick<JobStore, 'read' | 'poll' | 'tell'>;
  readonly polling: Polling;
};

/** 202 with progress while it runs; then the manifest, or the error of an export that failed. */
export function bulkStatusRoute(ports: StatusPorts): ExportRoute['handler'] {
  return async (_request, response, record) => {
    const { answer } = await answerOf(ports, record, 0);
    sendAnswer(response, answer);
  };
}

/**
 * The same, with a page behind the first. A client that goes from page to page makes no polls; one that waits for the page
 * behind the last does.
 */
export function bulkPageRoute(ports: BulkPagePorts): ExportRoute['handler'] {
  return async (request, response, record) => {
    const asked = request.params['page'] ?? '';
    const page = /^[1-9]\d{0,8}$/.test(asked) ? Number(asked) : undefined;
    if (page === undefined) throw noPage(record, asked);
    const { answer, hasPage, hasNext } = await answerOf(ports, record, page);
    if (!hasPage && record.state !== 'failed') throw noPage(record, asked);
    if (!isOver(record.state) && !hasNext)
      await pollExport(ports.jobsOf(record.tenant), ports.polling, record, record.id);
    sendAnswer(response, answer);
  };
}

async function answerOf(
  { artefacts, files, pace }: StatusPorts,
  record: ExportRecord,
  number: number,
): Promise<{ readonly answer: Answer; readonly hasPage: boolean; readonly hasNext: boolean }> {
  const asked = asBulkRequest(await artefacts.request(record));
  // Exports of views have their own status URL.
  if (asked === undefined) throw exportNotFound(record.id);
  const manifest = record.state === 'completed' ? await artefacts.manifest(record) : undefined;
  const completed = manifest?.outcome === 'completed' ? manifest : undefined;
  const urls = files.urlsOf({ ...record, isBulk: true });
  const page = await bulkPage(artefacts, record, asked, completed, number);
  return {
    answer: bulkStatusAnswer(record, Date.now(), urls, asked, completed, pace, page),
    hasPage: page !== undefined,
    hasNext: page?.next !== undefined,
  };
}

function noPage({ id }: ExportRecord, page: string) {
  return refuse(
    404,
    'not-found',
    `the manifest of export ${id} has no page ${JSON.stringify(page)}; the links of its pages name those that it has`,
  );
}
