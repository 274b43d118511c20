import type { ExportRequest } from '@millrace/export';
import type { Parameters } from '@millrace/fhir';
import { fhirAnswer, type Answer } from '../http/answer.js';
import type { ExportUrls } from '../http/urls.js';
import { addresses, identity, noticeParameter, parameters } from '../status-and-result/export-parameters.js';

/** 202 for a kick-off, sent once the export is active. */
export function kickOffAnswer(request: ExportRequest, urls: ExportUrls): Answer {
  return fhirAnswer(202, kickOffBody(request, urls), { 'Content-Location': urls.status });
}

function kickOffBody(request: ExportRequest, urls: ExportUrls): Parameters {
  return parameters([
    ...identity(request.id, request.clientTrackingId),
    { name: 'status', valueCode: 'accepted' },
    ...addresses(urls),
    { name: '_format', valueCode: request.format },
    { name: 'exportStartTime', valueInstant: request.acceptedAt },
    ...(request.notices ?? []).map(noticeParameter),
  ]);
}
