import { fhirJsonText } from '@millrace/fhir';
import { absoluteUrl } from './absolute-url.js';
import { askForExport } from './ask-for-export.js';
import type { AskedRequest } from './body-of.js';
import { SYSTEM_CLOCK, type Clock } from './clock.js';
import type { MEDIA_TYPES } from './declared.js';
import { exchange, type RequestOptions } from './exchange.js';
import { ServerUnreachableError, UnexpectedAnswerError } from './errors.js';
import { parametersFor, references, type GivenParameter } from './given-parameters.js';
import { readNotices, type ExportNotice } from './notice.js';
import { readParameters } from './parameters.js';
import type { OnFailed } from './patience.js';
import { unlessAnswered } from './unless-answered.js';

/** A format of files. */
export type ExportFormat = Exclude<keyof typeof MEDIA_TYPES, 'fhir'>;

const { one } = parametersFor('$sql-export');

/** One artefact to export, inline or by its name on the server. It yields one output. */
export type ExportSubject = {
  readonly name?: string | undefined;
  /** A Parameters resource with values for the parameters of an SQLQuery. */
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
} & (
  | { readonly resource: Readonly<Record<string, unknown>> }
  | { readonly canonical: string }
  | { readonly reference: string }
);

export interface ExportOrder {
  readonly subjects: readonly ExportSubject[];
  /** Artefacts that the SQL of subjects depends on, and that the server need not store. */
  readonly context?: readonly Readonly<Record<string, unknown>>[] | undefined;
  readonly format: ExportFormat;
  /** CSV only: a first line with the column names. The server's default is true. */
  readonly header?: boolean | undefined;
  /** `snappy` (the server's default) and `zstd` are for Parquet, `gzip` for text: the server stores its files so. */
  readonly compression?: 'snappy' | 'zstd' | 'gzip' | undefined;
  /** Parquet and SQL: what becomes of values that do not fit their column. The server's default is to fail. */
  readonly onMismatch?: 'fail' | 'null' | undefined;
  /** The bytes of content and the rows (not SQL) soon after which a file ends. The server's own sizes by default. */
  readonly partBytes?: number | undefined;
  readonly partRows?: number | undefined;
  /** Views only: the name of a column of all of them, by whose values their files are divided. */
  readonly partitionBy?: string | undefined;
  /** Each output becomes the next version of a table of its name. */
  readonly tableFormat?: 'delta' | undefined;
  /** The destination of tables. Default: the only one of the server. */
  readonly destination?: string | undefined;
  /** Name of a source that the server is configured with; its default source otherwise. */
  readonly source?: string | undefined;
  /** An instant: only resources that changed later. */
  readonly since?: string | undefined;
  /** Only what belongs to these patients: ids, or references such as `Patient/a`. */
  readonly patients?: readonly string[] | undefined;
  /** Only what belongs to members of these groups: ids, or references such as `Group/a`. */
  readonly groups?: readonly string[] | undefined;
  readonly clientTrackingId?: string | undefined;
  /** `lenient` accepts views that could run but cannot be meant, and gets notices of them; `strict` by default. */
  readonly handling?: 'strict' | 'lenient' | undefined;
}

export interface KickOffOptions extends RequestOptions {
  /**
   * `Idempotency-Key` of the kick-off, by which a server of Millrace gives the same export again. With it a server that is
   * busy or does not answer is asked again (`askForExport`); without it there is one try.
   */
  readonly key?: string | undefined;
  readonly clock?: Clock | undefined;
  /** Hears of failures after which the kick-off is sent again. */
  readonly onFailed?: OnFailed | undefined;
  /** It is sent again for this long at most, in milliseconds. */
  readonly patienceMs?: number | undefined;
  /** Gets the notices of the server about an export that it accepted. */
  readonly onNotices?: ((notices: readonly ExportNotice[]) => void) | undefined;
}

/**
 * Starts an export and returns its absolute status URL, also when `signal` aborts before the answer comes: then the
 * caller can cancel the export. Without an answer within 5 seconds it throws the reason of the signal.
 *
 * https://build.fhir.org/ig/HL7/sql-on-fhir/OperationDefinition-SQLExport.html
 *
 * @param server FHIR base URL
 * @throws ServerRefusedError, ServerUnreachableError, UnexpectedAnswerError; with a key also UnansweredKickOffError
 */
export async function kickOff(
  server: string,
  order: ExportOrder,
  options: KickOffOptions = {},
): Promise<string> {
  const { key, signal, clock = SYSTEM_CLOCK, onFailed, patienceMs } = options;
  if (key !== undefined)
    return askForExport((until) => ask(server, order, { ...options, signal: until }), {
      clock,
      signal,
      onFailed,
      patienceMs,
    });
  using request = unlessAnswered(signal);
  return await ask(server, order, { ...options, signal: request.signal });
}

async function ask(server: string, order: ExportOrder, options: KickOffOptions): Promise<string> {
  const url = `${server.replace(/\/+$/, '')}/$sql-export`;
  const response = await exchange('POST', url, options, {
    headers: {
      'content-type': 'application/fhir+json',
      accept: 'application/fhir+json',
      prefer: order.handling === undefined ? 'respond-async' : `respond-async, handling=${order.handling}`,
      ...(options.key === undefined ? {} : { 'idempotency-key': `"${options.key}"` }),
    },
    body: fhirJsonText(toParameters(order)),
  });
  const notices = await noticesOf(response, { method: 'POST', url, signal: options.signal });
  const status = response.headers.get('content-location');
  if (response.status !== 202 || status === null) {
    const found = `status ${response.status} ${status === null ? 'without' : 'with'} Content-Location`;
    throw new UnexpectedAnswerError(url, found, '202 with Content-Location');
  }
  if (notices.length > 0) options.onNotices?.(notices);
  return absoluteUrl(status, url);
}

/** A server need not send a body. */
async function noticesOf(response: Response, asked: AskedRequest): Promise<readonly ExportNotice[]> {
  try {
    return readNotices(await readParameters(response, asked));
  } catch (error) {
    // The head of the answer has the status URL, whatever became of its body.
    if (error instanceof UnexpectedAnswerError || error instanceof ServerUnreachableError) return [];
    throw error;
  }
}

function toParameters(order: ExportOrder): object {
  const { subjects, format, header, compression, onMismatch, partitionBy, source, clientTrackingId, since } =
    order;
  return {
    resourceType: 'Parameters',
    parameter: [
      ...subjects.flatMap((subject) =>
        one('subject', [
          ...one('subject.name', subject.name),
          ...artefact(subject),
          ...one('subject.parameters', subject.parameters),
        ]),
      ),
      ...(order.context ?? []).flatMap((resource) => one('context', resource)),
      ...one('_format', format),
      ...one('header', header),
      ...one('compression', compression),
      ...one('onMismatch', onMismatch),
      ...one('partBytes', order.partBytes),
      ...one('partRows', order.partRows),
      ...one('partitionBy', partitionBy),
      ...one('tableFormat', order.tableFormat),
      ...one('destination', order.destination),
      ...one('source', source),
      ...one('_since', since),
      ...references(one, 'patient', order.patients),
      ...references(one, 'group', order.groups),
      ...one('clientTrackingId', clientTrackingId),
    ],
  };
}

function artefact(subject: ExportSubject): readonly GivenParameter[] {
  if ('resource' in subject) return one('subject.subjectResource', subject.resource);
  if ('canonical' in subject) return one('subject.subjectCanonical', subject.canonical);
  return one('subject.subjectReference', subject.reference);
}
