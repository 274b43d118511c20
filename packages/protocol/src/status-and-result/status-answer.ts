import { visibleState, type ExportRecord } from '@millrace/export';
import { instantText, type Parameter, type Parameters } from '@millrace/fhir';
import { exportNotFound } from '../errors/errors.js';
import { fhirAnswer, type Answer } from '../http/answer.js';
import { statusUrlOfRecord } from '../http/urls.js';
import type { ExportUrls } from '../http/urls.js';
import { addresses, identity, parameters, type Remembered } from './export-parameters.js';
import {
  DEFAULT_PACE,
  progressText,
  retryAfterSeconds,
  secondsRemaining,
  type PollPace,
} from './progress.js';

/**
 * The answer to a poll: 202 with progress, or 303 to the result when the export has ended, however it ended.
 *
 * @param now milliseconds since the epoch, by the clock of the record
 * @throws ProtocolError 404 when clients may not see the export
 */
export function statusAnswer(
  record: ExportRecord,
  now: number,
  urls: ExportUrls,
  request?: Remembered,
  pace: PollPace = DEFAULT_PACE,
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
        'Retry-After': String(retryAfterSeconds(record, now, pace)),
        'X-Progress': progressText(record),
      });
    default:
      return state satisfies never;
  }
}

/** The Parameters of an export that runs. */
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
    ...addresses(statusUrlOfRecord(record, urls)),
    { name: 'exportStartTime', valueInstant: instantText(record.acceptedAt) },
    ...(left === undefined ? [] : [{ name: 'estimatedTimeRemaining', valueInteger: left }]),
    ...(request === undefined ? [] : subjectsProgress(record, request)),
    ...(record.shardsTotal === undefined ? [] : [{ name: 'shardsTotal', valueInteger: record.shardsTotal }]),
    { name: 'shardsDone', valueInteger: record.shardsDone },
    // Whole numbers as decimals: they outgrow a FHIR integer, and integer64 does not exist in R4.
    { name: 'bytesTotal', valueDecimal: record.bytesTotal },
    { name: 'bytesRead', valueDecimal: record.bytesRead },
    { name: 'rowsWritten', valueDecimal: record.rowsWritten },
    { name: 'bytesWritten', valueDecimal: record.bytesWritten },
    ...(record.filesWritten === undefined
      ? []
      : [{ name: 'filesWritten', valueDecimal: record.filesWritten }]),
  ]);
}

function subjectsProgress(
  { shardsTotal, shardsDone, subjectsDone = 0, latestSubject }: ExportRecord,
  { subjects }: Remembered,
): readonly Parameter[] {
  const isWritten = shardsTotal !== undefined && shardsDone >= shardsTotal;
  const only = subjects.length === 1 && shardsTotal !== undefined ? 0 : undefined;
  const current = isWritten ? undefined : subjects[latestSubject ?? only ?? -1];
  return [
    { name: 'subjectsTotal', valueInteger: subjects.length },
    { name: 'subjectsDone', valueInteger: isWritten ? subjects.length : subjectsDone },
    ...(current === undefined ? [] : [{ name: 'currentSubject', valueString: current.name }]),
  ];
}
