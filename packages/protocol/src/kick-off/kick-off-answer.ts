import type { ExportRequest } from '@millrace/export';
import {
  listedIssues,
  operationOutcome,
  type Issue,
  type OperationOutcome,
  type Parameters,
} from '@millrace/fhir';
import { fhirAnswer, type Answer } from '../http/answer.js';
import { appliedToKickOff, returnOf } from '../http/preferences.js';
import type { Preferences } from '../http/preferences.js';
import type { ExportUrls } from '../http/urls.js';
import { addresses, identity, noticeParameter, parameters } from '../status-and-result/export-parameters.js';

/** 202 for a kick-off, sent once the export is active. Its body is the one that the client prefers. */
export function kickOffAnswer(request: ExportRequest, urls: ExportUrls, preferences: Preferences): Answer {
  const headers = {
    'Content-Location': urls.status,
    'Preference-Applied': appliedToKickOff(preferences),
  };
  const body = returnOf(preferences) ?? 'representation';
  switch (body) {
    case 'minimal':
      return { status: 202, headers };
    case 'OperationOutcome':
      return fhirAnswer(202, kickOffOutcome(request, urls), headers);
    case 'representation':
      return fhirAnswer(202, kickOffBody(request, urls), headers);
    default:
      return body satisfies never;
  }
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

function kickOffOutcome({ id, notices = [] }: ExportRequest, urls: ExportUrls): OperationOutcome {
  const accepted: Issue = {
    severity: 'information',
    code: 'informational',
    diagnostics: `export ${id} is accepted; its status is at ${urls.status}`,
  };
  const doubts = notices.map(({ diagnostics, expression }): Issue => ({
    severity: 'warning',
    code: 'processing',
    diagnostics,
    ...(expression === undefined ? {} : { expression: [expression] }),
  }));
  return operationOutcome(listedIssues([accepted, ...doubts]));
}
