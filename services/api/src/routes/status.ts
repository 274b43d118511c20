import { statusAnswer } from '@millrace/protocol';
import { sendAnswer } from '../http/send-answer.js';
import type { ExportRoute } from '../routing/route.js';
import { bulkStatusRoute } from './bulk-status.js';
import { rememberedRequest } from './status-ports.js';
import type { StatusPorts } from './status-ports.js';

/**
 * 202 with progress while it runs, 303 to the result when it has ended. For an export of Bulk Data it is a second address of
 * its status, which clients may have from a version that listed no other one.
 */
export function statusRoute(ports: StatusPorts): ExportRoute['handler'] {
  const { artefacts, files, pace } = ports;
  const bulkStatus = bulkStatusRoute(ports);
  return async (request, response, record) => {
    const asked = record.isBulk === true ? undefined : await rememberedRequest(artefacts, record);
    if (record.isBulk === true || asked?.bulk !== undefined) return bulkStatus(request, response, record);
    sendAnswer(response, statusAnswer(record, Date.now(), files.urlsOf(record), asked, pace));
  };
}
