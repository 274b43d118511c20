import type { ExportRecord } from '@millrace/export';
import {
  exportNotFound,
  exportUrls,
  failureAnswer,
  pendingResultAnswer,
  resultAnswer,
  statusAnswer,
} from '@millrace/protocol';
import type { Answer } from '@millrace/protocol';
import type { RequestHandler } from 'express';
import { findExport } from '../find-export.js';
import { sendAnswer } from '../http/send-answer.js';
import { ANONYMOUS } from '../owner.js';
import { rememberedRequest } from './status.js';
import type { StatusPorts } from './status.js';

/** The manifest, the failure, or where to wait for them. */
export function resultRoute(ports: StatusPorts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const record = await findExport(ports.jobs, ANONYMOUS, request.params.id);
    sendAnswer(response, await answerFor(ports, record));
  };
}

async function answerFor({ artefacts, baseUrl }: StatusPorts, record: ExportRecord): Promise<Answer> {
  const urls = exportUrls(baseUrl, record.id);
  switch (record.state) {
    case 'completed': {
      const manifest = await artefacts.manifest(record);
      // Expired between the two reads.
      if (manifest?.outcome !== 'completed') throw exportNotFound(record.id);
      return resultAnswer(manifest, await artefacts.request(record), urls);
    }
    case 'failed':
      return failureAnswer(record);
    default: {
      const asked = await rememberedRequest(artefacts, record);
      return pendingResultAnswer(statusAnswer(record, Date.now(), urls, asked), urls);
    }
  }
}
