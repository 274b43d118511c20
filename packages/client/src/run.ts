import { fhirJsonText } from '@millrace/fhir';
import { askPatiently, type PatientOptions } from './ask-patiently.js';
import { MEDIA_TYPES, NOTICES_HEADER } from './declared.js';
import { DamagedDownloadError, UnexpectedAnswerError } from './errors.js';
import { exchange } from './exchange.js';
import { parametersFor, references, type GivenParameter } from './given-parameters.js';
import type { ExportSubject } from './kick-off.js';
import { bytesOf } from './read-text.js';
import { jsonRows, ndjsonRows, RowFaultError, type ParseRow } from './rows.js';

/** A format of rows; `fhir` is a Parameters resource. */
export type RunFormat = keyof typeof MEDIA_TYPES;

/** Rows of one artefact that a client wants at once. */
export interface RunOrder {
  readonly subject: ExportSubject;
  /** Artefacts that the SQL of the subject depends on, and that the server need not store. */
  readonly context?: readonly Readonly<Record<string, unknown>>[] | undefined;
  readonly format: RunFormat;
  /** CSV only: a first line with the column names. The server's default is true. */
  readonly header?: boolean | undefined;
  /** The answer ends after this many rows. */
  readonly limit?: number | undefined;
  /** Resources to evaluate over, in place of a source. */
  readonly resources?: readonly Readonly<Record<string, unknown>>[] | undefined;
  /** Name of a source that the server is configured with; its default source otherwise. */
  readonly source?: string | undefined;
  /** An instant: only resources that changed later. */
  readonly since?: string | undefined;
  /** Only what belongs to these patients: ids, or references such as `Patient/a`. */
  readonly patients?: readonly string[] | undefined;
  /** Only what belongs to members of these groups: ids, or references such as `Group/a`. */
  readonly groups?: readonly string[] | undefined;
  /** `lenient` accepts views that could run but cannot be meant; `strict` by default. */
  readonly handling?: 'strict' | 'lenient' | undefined;
}

/** A remark of the server about a run, sent before its rows. */
export interface RunNotice {
  /** Such as `view` or `skipped-line`. */
  readonly kind: string;
  /** How often. Undefined where it may come, and how often is known only at the end, where `fetch` does not hear it. */
  readonly count: number | undefined;
}

/**
 * The answer to a run, whose rows come while they are read. They are read once, by `bytes` or by `rows`: a loop that is left
 * early ends the run on the server, and so does `cancel` before any loop.
 */
export interface RunAnswer {
  readonly mediaType: string;
  readonly notices: readonly RunNotice[];
  /** @throws DamagedDownloadError when the answer breaks off; the reason of `signal` */
  readonly bytes: AsyncIterable<Uint8Array>;
  /**
   * Rows of `ndjson` and `json`.
   *
   * @param parse reads one row. JSON.parse by default, which rounds numbers that JavaScript does not have
   * @throws DamagedDownloadError when the answer breaks off or a row cannot be read; the reason of `signal`, also where rows
   *   have come already; TypeError for other formats
   */
  rows<Row = Readonly<Record<string, unknown>>>(parse?: ParseRow): AsyncGenerator<Row>;
  cancel(): Promise<void>;
}

const { one } = parametersFor('$sql-run');

/**
 * Evaluates a view on the server, and answers when the first rows are there.
 *
 * https://build.fhir.org/ig/HL7/sql-on-fhir/OperationDefinition-SQLRun.html
 *
 * @param server FHIR base URL
 * @throws ServerRefusedError, ServerUnreachableError, UnexpectedAnswerError
 */
export async function runView(
  server: string,
  order: RunOrder,
  options: PatientOptions = {},
): Promise<RunAnswer> {
  const url = `${server.replace(/\/+$/, '')}/$sql-run`;
  const request = {
    headers: {
      'content-type': 'application/fhir+json',
      accept: `${MEDIA_TYPES[order.format]}, application/fhir+json;q=0.1`,
      // fetch takes a packed answer that is cut for a whole one. Browsers choose for themselves.
      'accept-encoding': 'identity',
      ...(order.handling === undefined ? {} : { prefer: `handling=${order.handling}` }),
    },
    body: fhirJsonText({ resourceType: 'Parameters', parameter: parametersOf(order) }),
  };
  const response = await askPatiently(() => exchange('POST', url, options, request), options, 'any');
  const mediaType = mediaTypeOf(response);
  const encoding = response.headers.get('content-encoding') ?? 'identity';
  if (encoding !== 'identity' && !isInBrowser()) {
    await response.body?.cancel();
    throw new UnexpectedAnswerError(url, `rows packed by ${encoding}`, 'rows as they are, as was asked for');
  }
  if (response.status !== 200 || !isOf(order.format, mediaType)) {
    await response.body?.cancel();
    const found = `status ${response.status} and ${mediaType === '' ? 'no media type' : mediaType}`;
    throw new UnexpectedAnswerError(url, found, `200 with ${MEDIA_TYPES[order.format]}`);
  }
  const bytes = rowBytes(response, url, options.signal);
  return {
    mediaType,
    notices: noticesIn(response.headers.get(NOTICES_HEADER)),
    bytes,
    rows: <Row>(parse: ParseRow = JSON.parse) =>
      untilAborted(rowsOf(order.format, bytes, url, parse), options.signal) as AsyncGenerator<Row>,
    // A body that a loop reads is given up by that loop.
    cancel: async () => {
      if (response.body?.locked === false) await response.body.cancel();
    },
  };
}

function parametersOf(order: RunOrder): readonly GivenParameter[] {
  const { subject, context = [], format, header, limit, resources = [], source, since } = order;
  return [
    ...artefact(subject),
    ...one('parameters', subject.parameters),
    ...context.flatMap((resource) => one('context', resource)),
    ...one('_format', format),
    ...one('header', header),
    ...one('_limit', limit),
    ...one('source', source),
    ...one('_since', since),
    ...references(one, 'patient', order.patients),
    ...references(one, 'group', order.groups),
    ...resources.flatMap((resource) => one('resource', resource)),
  ];
}

function artefact(subject: ExportSubject): readonly GivenParameter[] {
  if ('resource' in subject) return one('subjectResource', subject.resource);
  if ('canonical' in subject) return one('subjectCanonical', subject.canonical);
  return one('subjectReference', subject.reference);
}

/** Browsers ask for packed answers by themselves, and unpack them. */
function isInBrowser(): boolean {
  return 'document' in globalThis || 'WorkerGlobalScope' in globalThis;
}

function mediaTypeOf({ headers }: Response): string {
  const [mediaType = ''] = (headers.get('content-type') ?? '').split(';');
  return mediaType.trim().toLowerCase();
}

/** Other servers have other names for NDJSON and Parquet. A page of HTML is none of them. */
function isOf(format: RunFormat, mediaType: string): boolean {
  if (mediaType === MEDIA_TYPES[format] || mediaType === 'application/octet-stream') return true;
  if (format === 'ndjson') return mediaType.endsWith('ndjson');
  return format === 'parquet' && mediaType.endsWith('parquet');
}

/** `view=1, skipped-line=*` */
function noticesIn(header: string | null): readonly RunNotice[] {
  return [...(header ?? '').matchAll(/([a-z-]+)=(\d+|\*)/g)].map(([, kind = '', count]) => ({
    kind,
    count: count === '*' ? undefined : Number(count),
  }));
}

async function* rowBytes(
  response: Response,
  url: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  try {
    for await (const chunk of bytesOf(response)) {
      signal?.throwIfAborted();
      bytes += chunk.length;
      yield chunk;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw new DamagedDownloadError(url, `broke off after ${bytes} bytes: these rows are not all`, error);
  }
}

async function* rowsOf(
  format: RunFormat,
  bytes: AsyncIterable<Uint8Array>,
  url: string,
  parse: ParseRow,
): AsyncGenerator {
  if (format !== 'ndjson' && format !== 'json')
    throw new TypeError(`rows of ${format} are not read here: ask for ndjson or json, or read the bytes`);
  try {
    yield* format === 'ndjson' ? ndjsonRows(bytes, parse) : jsonRows(bytes, parse);
  } catch (error) {
    if (error instanceof RowFaultError) throw new DamagedDownloadError(url, error.message, error);
    throw error;
  }
}

/** One piece of bytes holds many rows, and none of them is for a caller that has aborted. */
async function* untilAborted(rows: AsyncIterable<unknown>, signal: AbortSignal | undefined): AsyncGenerator {
  for await (const row of rows) {
    signal?.throwIfAborted();
    yield row;
  }
}
