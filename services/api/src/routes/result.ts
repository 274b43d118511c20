import type { ExportRecord } from '@millrace/export';
import type { Answers } from '@millrace/lifecycle';
import {
  bulkResultAnswer,
  exportNotFound,
  failureAnswer,
  pendingResultAnswer,
  resultAnswer,
  statusAnswer,
  statusUrlOf,
} from '@millrace/protocol';
import type { Answer } from '@millrace/protocol';
import { sendAnswer } from '../http/send-answer.js';
import type { ExportRoute } from '../routing/route.js';
import { rememberedRequest } from './status-ports.js';
import type { StatusPorts } from './status-ports.js';

/** The manifest, the failure, or where to wait for them. */
export function resultRoute(ports: StatusPorts): ExportRoute['handler'] {
  return async (_request, response, record) => {
    sendAnswer(response, await answerFor(ports, record));
  };
}

async function answerFor({ artefacts, files, pace }: StatusPorts, record: ExportRecord): Promise<Answer> {
  const urls = files.urlsOf(record);
  switch (record.state) {
    case 'completed': {
      const manifest = await artefacts.manifest(record);
      // Expired between the two reads.
      if (manifest?.outcome !== 'completed') throw exportNotFound(record.id);
      const asked = await artefacts.request(record);
      return asked.bulk === undefined ? resultAnswer(manifest, asked, urls) : bulkResultAnswer(urls);
    }
    case 'failed':
      return failureAnswer(record, await operationOf(artefacts, record));
    default: {
      const asked = await rememberedRequest(artefacts, record);
      const statusUrl = statusUrlOf({ bulk: asked?.bulk }, urls);
      return pendingResultAnswer(statusAnswer(record, Date.now(), urls, asked, pace), statusUrl);
    }
  }
}

/** It only adds to the answer. A request that cannot be read may be why the export has failed. */
async function operationOf(artefacts: Answers, record: ExportRecord): Promise<string | undefined> {
  return artefacts.request(record).then(
    ({ operation }) => operation,
    () => undefined,
  );
}
