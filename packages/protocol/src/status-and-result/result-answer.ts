import type { CompletedManifest, ExportRecord, ExportRequest } from '@millrace/export';
import { isIssueCode, operationOutcome, type Parameters } from '@millrace/fhir';
import { fhirAnswer, httpDate, type Answer } from '../http/answer.js';
import type { ExportUrls } from '../http/urls.js';
import {
  columnExtension,
  exportFileExtension,
  tableExtension,
  terminologyExtension,
} from '../published/extensions.js';
import { expressionInRequest } from './expression-in-request.js';
import { addresses, identity, noticeParameter, parameters, type Remembered } from './export-parameters.js';

/** 200 with the manifest, of which `manifest.json` is the source. */
export function resultAnswer(
  manifest: CompletedManifest,
  request: Remembered & Pick<ExportRequest, 'operation' | 'format'>,
  urls: ExportUrls,
): Answer {
  return fhirAnswer(200, resultBody(manifest, request, urls), {
    Expires: httpDate(Date.parse(manifest.expiresAt)),
  });
}

/** The manifest on the wire; outputs in the order of the request. */
function resultBody(
  manifest: CompletedManifest,
  request: Remembered & Pick<ExportRequest, 'operation' | 'format'>,
  urls: ExportUrls,
): Parameters {
  const seconds = (Date.parse(manifest.endedAt) - Date.parse(manifest.acceptedAt)) / 1000;
  return parameters([
    ...identity(manifest.exportId, request.clientTrackingId),
    { name: 'status', valueCode: 'completed' },
    ...addresses(urls.status),
    { name: '_format', valueCode: request.format },
    { name: 'exportStartTime', valueInstant: manifest.acceptedAt },
    { name: 'exportEndTime', valueInstant: manifest.endedAt },
    { name: 'exportDuration', valueInteger: Math.max(0, Math.round(seconds)) },
    ...manifest.notices.map((notice) =>
      noticeParameter(
        notice.expression === undefined
          ? notice
          : { ...notice, expression: expressionInRequest(notice.expression, request.operation) },
      ),
    ),
    ...request.subjects.map(({ name }) => {
      const { files, columns = [], table, terminology = [] } = outputNamed(manifest, name);
      const extension = [
        ...columns.map(columnExtension),
        ...(table === undefined ? [] : [tableExtension(table)]),
        ...terminology.map(terminologyExtension),
      ];
      return {
        name: 'output',
        ...(extension.length === 0 ? {} : { extension }),
        part: [
          { name: 'name', valueString: name },
          ...files.map((file) => ({
            name: 'location',
            valueUri: urls.file(file.name),
            extension: [exportFileExtension(file)],
          })),
        ],
      };
    }),
  ]);
}

function outputNamed(manifest: CompletedManifest, name: string): CompletedManifest['outputs'][number] {
  const output = manifest.outputs.find((candidate) => candidate.name === name);
  if (output === undefined) throw new Error(`manifest of export ${manifest.exportId} lacks output ${name}`);
  return output;
}

/**
 * The result URL answers this for a failed export, unchanged until the export expires.
 *
 * @param operation id of the operation that was invoked; undefined where that is not known
 */
export function failureAnswer(
  record: Pick<ExportRecord, 'id' | 'failure' | 'expiresAt'>,
  operation?: string,
): Answer {
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
        ...(expression === undefined
          ? {}
          : { expression: expression.map((one) => expressionInRequest(one, operation)) }),
      },
    ]),
    headers,
  );
}

/** The result URL before the end: the answer of the status URL, and where that is. */
export function pendingResultAnswer(status: Answer, statusUrl: string): Answer {
  return { ...status, headers: { ...status.headers, 'Content-Location': statusUrl } };
}
