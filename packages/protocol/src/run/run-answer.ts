import { FHIR_JSON } from '../http/answer.js';
import { FORMATS, runMediaType } from '../outputs/format.js';
import type { RunForm } from './choose-form.js';

/** Of this server, not of the guide: how much was doubtful or passed over before the first row, by kind of notice. */
export const NOTICES_HEADER = 'X-Millrace-Notices';

/** The facts about a run before its first row: they are in the head of its answer. */
export interface RunNotices {
  /** Warnings about the view. */
  readonly doubts: number;
  /** Resources of the request that are of other types than the view reads. */
  readonly passedOver: number;
}

/** Headers of the answer to a run. Rows are a client's data. */
export function runHeaders(
  { format, envelope }: RunForm,
  { doubts, passedOver }: RunNotices,
): Readonly<Record<string, string>> {
  const notices = [
    ...(doubts === 0 ? [] : [`view=${doubts}`]),
    ...(passedOver === 0 ? [] : [`other-type=${passedOver}`]),
  ];
  return {
    ...(notices.length === 0 ? {} : { [NOTICES_HEADER]: notices.join(', ') }),
    'Content-Type': envelope === 'Binary' ? FHIR_JSON : runMediaType(format),
    'Cache-Control': 'private, no-store',
    'X-Content-Type-Options': 'nosniff',
  };
}

/** Text before and behind the base64 of the rows in a Binary resource. https://hl7.org/fhir/R4/binary.html */
export function binaryFrame(format: 'csv' | 'json'): { readonly head: string; readonly tail: string } {
  const { mediaType } = FORMATS[format];
  return { head: `{"resourceType":"Binary","contentType":"${mediaType}","data":"`, tail: '"}' };
}

/** A Binary resource without any data has none of that element, as FHIR has no empty text. */
export function emptyBinary(format: 'csv' | 'json'): string {
  return `{"resourceType":"Binary","contentType":"${FORMATS[format].mediaType}"}`;
}
