import {
  visibleState,
  type CompletedManifest,
  type ExportRecord,
  type ExportRequest,
  type ManifestFile,
  type Notice,
} from '@millrace/export';
import { instantText, isIssueCode, operationOutcome, type Parameter, type Parameters } from '@millrace/fhir';
import { fhirAnswer, httpDate, type Answer } from './answer.js';
import { exportNotFound } from './errors.js';
import { exportFileExtension } from './extensions.js';

import { progressText, retryAfterSeconds, secondsRemaining } from './progress.js';
import type { ExportUrls } from './urls.js';

/** What the answers repeat from `request.json`. Without it they say less. */
export type Remembered = Pick<ExportRequest, 'clientTrackingId'> & {
  readonly subjects: readonly Pick<ExportRequest['subjects'][number], 'name'>[];
};

/** 202 for a kick-off, sent once the export is active. */
export function kickOffAnswer(request: ExportRequest, urls: ExportUrls): Answer {
  return fhirAnswer(202, kickOffBody(request, urls), { 'Content-Location': urls.status });
}

export function kickOffBody(request: ExportRequest, urls: ExportUrls): Parameters {
  return parameters([
    ...identity(request.id, request.clientTrackingId),
    { name: 'status', valueCode: 'accepted' },
    ...addresses(urls),
    { name: '_format', valueCode: request.format },
    { name: 'exportStartTime', valueInstant: request.acceptedAt },
    ...(request.notices ?? []).map(noticeParameter),
  ]);
}

/**
 * The answer to a poll: 202 with progress, or 303 to the result when the export is over, however it ended.
 *
 * @param now milliseconds since the epoch, by the clock of the record
 * @throws ProtocolError 404 when clients may not see the export
 */
export function statusAnswer(
  record: ExportRecord,
  now: number,
  urls: ExportUrls,
  request?: Remembered,
): Answer {
  const state = visibleState(record);
  switch (state) {
    case undefined:
    case 'cancelled':
      throw exportNotFound(record.id);
    case 'completed':
    case 'failed':
      return { status: 303, headers: { Location: urls.result } };
    case 'accepted':
    case 'in-progress':
      return fhirAnswer(202, statusBody(record, state, now, urls, request), {
        'Retry-After': String(retryAfterSeconds(record, now)),
        'X-Progress': progressText(record),
      });
    default:
      return state satisfies never;
  }
}

export function statusBody(
  record: ExportRecord,
  state: 'accepted' | 'in-progress',
  now: number,
  urls: ExportUrls,
  request?: Remembered,
): Parameters {
  const left = secondsRemaining(record, now);
  return parameters([
    ...identity(record.id, request?.clientTrackingId),
    { name: 'status', valueCode: state },
    ...addresses(urls),
    { name: 'exportStartTime', valueInstant: instantText(record.acceptedAt) },
    ...(left === undefined ? [] : [{ name: 'estimatedTimeRemaining', valueInteger: left }]),
    ...(request === undefined ? [] : [{ name: 'subjectsTotal', valueInteger: request.subjects.length }]),
    ...(record.shardsTotal === undefined ? [] : [{ name: 'shardsTotal', valueInteger: record.shardsTotal }]),
    { name: 'shardsDone', valueInteger: record.shardsDone },
    // Whole numbers as decimals: they outgrow a FHIR integer, and integer64 does not exist in R4.
    { name: 'bytesTotal', valueDecimal: record.bytesTotal },
    { name: 'bytesRead', valueDecimal: record.bytesRead },
    { name: 'rowsWritten', valueDecimal: record.rowsWritten },
    { name: 'bytesWritten', valueDecimal: record.bytesWritten },
  ]);
}

/** 200 with the manifest, of which `manifest.json` is the source. */
export function resultAnswer(
  manifest: CompletedManifest,
  request: Remembered & Pick<ExportRequest, 'format'>,
  urls: ExportUrls,
): Answer {
  return fhirAnswer(200, resultBody(manifest, request, urls), {
    Expires: httpDate(Date.parse(manifest.expiresAt)),
  });
}

/** The manifest on the wire; outputs in the order of the request. */
export function resultBody(
  manifest: CompletedManifest,
  request: Remembered & Pick<ExportRequest, 'format'>,
  urls: ExportUrls,
): Parameters {
  const seconds = (Date.parse(manifest.endedAt) - Date.parse(manifest.acceptedAt)) / 1000;
  return parameters([
    ...identity(manifest.exportId, request.clientTrackingId),
    { name: 'status', valueCode: 'completed' },
    ...addresses(urls),
    { name: '_format', valueCode: request.format },
    { name: 'exportStartTime', valueInstant: manifest.acceptedAt },
    { name: 'exportEndTime', valueInstant: manifest.endedAt },
    { name: 'exportDuration', valueInteger: Math.max(0, Math.round(seconds)) },
    ...manifest.notices.map(noticeParameter),
    ...request.subjects.map(({ name }) => ({
      name: 'output',
      part: [
        { name: 'name', valueString: name },
        ...filesOf(manifest, name).map((file) => ({
          name: 'location',
          valueUri: urls.file(file.name),
          extension: [exportFileExtension(file)],
        })),
      ],
    })),
  ]);
}

function noticeParameter({ kind, diagnostics, expression, count }: Notice): Parameter {
  return {
    name: 'notice',
    part: [
      { name: 'kind', valueCode: kind },
      { name: 'diagnostics', valueString: diagnostics },
      ...(expression === undefined ? [] : [{ name: 'expression', valueString: expression }]),
      // A whole number as a decimal: it outgrows a FHIR integer.
      ...(count === undefined ? [] : [{ name: 'count', valueDecimal: count }]),
    ],
  };
}

function filesOf(manifest: CompletedManifest, name: string): readonly ManifestFile[] {
  const output = manifest.outputs.find((candidate) => candidate.name === name);
  if (output === undefined) throw new Error(`manifest of export ${manifest.exportId} lacks output ${name}`);
  return output.files;
}

/** What the result URL says of an export that failed: the same until it expires. */
export function failureAnswer(record: Pick<ExportRecord, 'id' | 'failure' | 'expiresAt'>): Answer {
  const { failure, expiresAt } = record;
  const headers = expiresAt === undefined ? {} : { Expires: httpDate(expiresAt) };
  if (failure === undefined) {
    const diagnostics = `export ${record.id} failed; its reason was not kept`;
    return fhirAnswer(
      500,
      operationOutcome([{ severity: 'error', code: 'exception', diagnostics }]),
      headers,
    );
  }
  const { status, code, diagnostics, expression } = failure;
  return fhirAnswer(
    status,
    operationOutcome([
      {
        severity: 'error',
        code: isIssueCode(code) ? code : 'processing',
        diagnostics,
        ...(expression === undefined ? {} : { expression }),
      },
    ]),
    headers,
  );
}

/** The result URL before the end: the answer of the status URL, and where that is. */
export function pendingResultAnswer(status: Answer, urls: ExportUrls): Answer {
  return { ...status, headers: { ...status.headers, 'Content-Location': urls.status } };
}

/** 202 for a DELETE of the status URL that took effect. */
export function cancelAnswer(id: string): Answer {
  return told(`export ${id} is cancelled; nothing of it is kept`);
}

/** 202 for a DELETE of the status URL that came after the end: what there is stays, and until when. */
export function keptAnswer(
  id: string,
  { outcome, expiresAt }: { readonly outcome: 'completed' | 'failed'; readonly expiresAt: number },
  urls: ExportUrls,
): Answer {
  const what = outcome === 'completed' ? 'its result and its files are' : 'its outcome is';
  return told(
    `export ${id} was over before, as ${outcome}; ${what} kept until ${instantText(expiresAt)}, and removed at once by DELETE of ${urls.result}`,
    { Expires: httpDate(expiresAt) },
  );
}

/** 202 for a DELETE of the result URL: clients find nothing of the export from then on. */
export function deletedAnswer(id: string): Answer {
  return told(`export ${id} is removed, with its result and its files`);
}

function told(diagnostics: string, headers: Readonly<Record<string, string>> = {}): Answer {
  const issue = { severity: 'information', code: 'informational', diagnostics } as const;
  return fhirAnswer(202, operationOutcome([issue]), headers);
}

function parameters(parameter: readonly Parameter[]): Parameters {
  return { resourceType: 'Parameters', parameter };
}

function identity(id: string, clientTrackingId: string | undefined): readonly Parameter[] {
  return [
    { name: 'exportId', valueString: id },
    ...(clientTrackingId === undefined ? [] : [{ name: 'clientTrackingId', valueString: clientTrackingId }]),
  ];
}

function addresses(urls: ExportUrls): readonly Parameter[] {
  return [
    { name: 'location', valueUri: urls.status },
    { name: 'cancelUrl', valueUri: urls.status },
  ];
}
