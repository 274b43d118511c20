import type { Notice } from '@millrace/export';
import { FHIR_JSON } from '../http/answer.js';
import { runMediaType } from '../outputs/format.js';
import type { RunForm } from './choose-form.js';

/** Of this server, not of the guide: what a run skipped, passed over or finds doubtful, counted by kind of notice. */
export const NOTICES_HEADER = 'X-Millrace-Notices';

/** Without `count` it may come, and how often it came is told behind the rows. */
export interface RunNotice extends Pick<Notice, 'kind'> {
  readonly count?: number | undefined;
}

/** `view=1, skipped-line=*`; undefined where there are none. */
export function noticesText(notices: readonly RunNotice[]): string | undefined {
  const counts = new Map<string, number | undefined>();
  for (const { kind, count } of notices) {
    const before = counts.get(kind) ?? 0;
    counts.set(kind, count === undefined ? undefined : before + count);
  }
  if (counts.size === 0) return undefined;
  return [...counts].map(([kind, count]) => `${kind}=${count ?? '*'}`).join(', ');
}

/**
 * Headers of the answer to a run. Rows are a client's data.
 *
 * @param known before the first row
 * @param hasTrailer whether the head names the trailer that tells of the others
 */
export function runHeaders(
  { format, envelope }: RunForm,
  known: readonly RunNotice[],
  hasTrailer: boolean,
): Readonly<Record<string, string>> {
  const notices = noticesText(known);
  return {
    ...(notices === undefined ? {} : { [NOTICES_HEADER]: notices }),
    ...(hasTrailer ? { Trailer: NOTICES_HEADER } : {}),
    'Content-Type': envelope === 'Binary' ? FHIR_JSON : runMediaType(format),
    'Cache-Control': 'private, no-store',
    'X-Content-Type-Options': 'nosniff',
  };
}

/** On `meta` of a Parameters or Binary resource of rows: the notices that came with them (valueString). */
const RUN_NOTICES_EXTENSION = 'urn:millrace:fhir:extension:run-notices';

/** The last elements of a resource of rows, without the bracket that ends it: empty where there is nothing to tell. */
export function noticesMeta(notices: readonly RunNotice[]): string {
  const valueString = noticesText(notices);
  if (valueString === undefined) return '';
  return `,"meta":${JSON.stringify({ extension: [{ url: RUN_NOTICES_EXTENSION, valueString }] })}`;
}

/** The first elements of a Binary resource of rows, without the bracket that ends it. https://hl7.org/fhir/R4/binary.html */
export function binaryStart(format: RunForm['format']): string {
  return `{"resourceType":"Binary","contentType":${JSON.stringify(runMediaType(format))}`;
}
