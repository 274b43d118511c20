import { FHIR_JSON } from '../http/answer.js';
import { FORMATS, runMediaType } from '../outputs/format.js';
import type { RunForm } from './choose-form.js';

/** Headers of the answer to a run. Rows are a client's data. */
export function runHeaders({ format, envelope }: RunForm): Readonly<Record<string, string>> {
  return {
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
