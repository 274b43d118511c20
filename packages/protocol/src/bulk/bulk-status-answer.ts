import { STATUS_CODES } from 'node:http';
import { visibleState, type CompletedManifest, type ExportRecord } from '@millrace/export';
import { exportNotFound } from '../errors/errors.js';
import { httpDate, type Answer } from '../http/answer.js';
import type { ExportUrls } from '../http/urls.js';
import {
  DEFAULT_PACE,
  progressText,
  retryAfterSeconds,
  type PollPace,
} from '../status-and-result/progress.js';
import { failureAnswer } from '../status-and-result/result-answer.js';
import { bulkManifest } from './bulk-manifest.js';
import { wholeManifest, type BulkPage } from './bulk-page.js';
import type { BulkRequest } from './bulk-request.js';

/**
 * The answer to a poll of a Bulk Data export: 202 with progress, the manifest, or the error of an export that failed. A
 * client that asked for it (`separate-export-status`) gets 200 with this status in a header of its own. Where a page of the
 * manifest is given, the 202 has it.
 *
 * @param now milliseconds since the epoch, by the clock of the record
 * @param manifest of an export that is completed
 * @param page of the manifest, where the client allowed pages; undefined for all of it
 * @throws ProtocolError 404 when clients may not see the export
 * @see https://hl7.org/fhir/uv/bulkdata/STU3/export.html#response---in-progress-status
 */
export function bulkStatusAnswer(
  record: ExportRecord,
  now: number,
  urls: ExportUrls,
  request: BulkRequest,
  manifest: CompletedManifest | undefined,
  pace: PollPace = DEFAULT_PACE,
  page?: BulkPage,
): Answer {
  const answer = answerOf(record, now, urls, request, manifest, pace, page);
  if (request.bulk.separateStatus !== true) return answer;
  const { status, headers } = answer;
  const told = `${status} ${STATUS_CODES[status] ?? ''}`.trim();
  return { ...answer, status: 200, headers: { ...headers, [EXPORT_STATUS_HEADER]: told } };
}

/** The result URL of a Bulk Data export, to which the list of exports leads: its manifest is at its status. */
export function bulkResultAnswer(urls: ExportUrls): Answer {
  return { status: 303, headers: { Location: urls.bulkStatus } };
}

export const EXPORT_STATUS_HEADER = 'X-Export-Status';

const JSON_CONTENT = { 'Content-Type': 'application/json' };

function answerOf(
  record: ExportRecord,
  now: number,
  urls: ExportUrls,
  request: BulkRequest,
  manifest: CompletedManifest | undefined,
  pace: PollPace,
  page: BulkPage | undefined,
): Answer {
  const state = visibleState(record);
  switch (state) {
    case undefined:
    case 'cancelled':
      throw exportNotFound(record.id);
    case 'accepted':
    case 'in-progress':
      return {
        status: 202,
        headers: {
          'Retry-After': String(retryAfterSeconds(record, now, pace)),
          'X-Progress': progressText(record),
          ...(page === undefined ? {} : JSON_CONTENT),
        },
        ...(page === undefined
          ? {}
          : { body: bulkManifest(page, new Date(record.acceptedAt).toISOString(), request, urls) }),
      };
    case 'failed':
      return { ...failureAnswer(record), isTyped: true };
    case 'completed':
      // Expired between the two reads.
      if (manifest === undefined) throw exportNotFound(record.id);
      return {
        status: 200,
        headers: {
          ...JSON_CONTENT,
          Expires: httpDate(Date.parse(manifest.expiresAt)),
        },
        body: bulkManifest(page ?? wholeManifest(manifest, request), manifest.acceptedAt, request, urls),
      };
    default:
      return state satisfies never;
  }
}
