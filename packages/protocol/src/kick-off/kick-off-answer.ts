import type { ExportRequest } from '@millrace/export';
import {
  listedIssues,
  operationOutcome,
  type Issue,
  type OperationOutcome,
  type Parameters,
} from '@millrace/fhir';
import { fhirAnswer, type Answer } from '../http/answer.js';
import { RETURNS, appliedToKickOff, returnOf } from '../http/preferences.js';
import type { Preferences, Return } from '../http/preferences.js';
import { statusUrlOf } from '../http/urls.js';
import type { ExportUrls } from '../http/urls.js';
import { addresses, identity, noticeParameter, parameters } from '../status-and-result/export-parameters.js';

/**
 * 202 for a kick-off, sent once the export is active. Its body is the one that the client prefers; Bulk Data knows an
 * OperationOutcome or none.
 */
export function kickOffAnswer(request: ExportRequest, urls: ExportUrls, preferences: Preferences): Answer {
  const { bulk } = request;
  const bodies = bulk === undefined ? RETURNS : BULK_RETURNS;
  const headers = {
    'Content-Location': statusUrlOf(request, urls),
    'Preference-Applied': [
      appliedToKickOff(preferences, bodies),
      ...(bulk?.separateStatus === true ? ['separate-export-status'] : []),
    ].join(', '),
  };
  const preferred = bodies.find((body) => body === returnOf(preferences));
  const body = preferred ?? (bulk === undefined ? 'representation' : 'OperationOutcome');
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

const BULK_RETURNS: readonly Return[] = ['minimal', 'OperationOutcome'];

function kickOffBody(request: ExportRequest, urls: ExportUrls): Parameters {
  return parameters([
    ...identity(request.id, request.clientTrackingId),
    { name: 'status', valueCode: 'accepted' },
    ...addresses(statusUrlOf(request, urls)),
    { name: '_format', valueCode: request.format },
    { name: 'exportStartTime', valueInstant: request.acceptedAt },
    ...(request.notices ?? []).map(noticeParameter),
  ]);
}

function kickOffOutcome(request: ExportRequest, urls: ExportUrls): OperationOutcome {
  const { id, notices = [], bulk } = request;
  const accepted: Issue = {
    severity: 'information',
    code: 'informational',
    diagnostics: `export ${id} is accepted; its status is at ${statusUrlOf(request, urls)}`,
  };
  const passedOver = (bulk?.ignored ?? []).map(({ parameter, why }): Issue => {
    return { severity: 'warning', code: 'not-supported', diagnostics: why, expression: [parameter] };
  });
  const doubts = notices.map(({ diagnostics, expression }): Issue => ({
    severity: 'warning',
    code: 'processing',
    diagnostics,
    ...(expression === undefined ? {} : { expression: [expression] }),
  }));
  return operationOutcome(listedIssues([accepted, ...passedOver, ...doubts]));
}
