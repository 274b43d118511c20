import {
  auditSection,
  duration,
  destinationsSection,
  externalTablesSection,
  fairnessSection,
  operationsSection,
  port,
  redisSection,
  unsafeStorageSettings,
  storageSection,
  tracingSection,
  wholeNumberVariable,
} from '@millrace/configuration';
import type { Config } from '@millrace/configuration';
import { serviceBase } from '@millrace/fhir';
import * as z from 'zod';
import { adminSection } from './admin/admin-section.js';
import { refusalsSection } from './audit/refusals-section.js';
import { authSection, unsafeAuth } from './auth/auth-section.js';
import { corsSection } from './cors-section.js';
import { downloadsSection, unsafeDownloads } from './downloads-section.js';
import { pollingSection } from './polling-section.js';
import { sqlSection } from './sql-section.js';
import { filesSection } from './settings-files/files-section.js';
import { trustedProxies } from './trusted-proxies.js';
import type { DeclaredBase } from './source-bases.js';
import { terminologySection } from './terminology/terminology-section.js';

const MIB = 1 << 20;

const httpSection = z
  .object({
    HOST: z.string().default('127.0.0.1').describe('Address that the API listens on.'),
    PORT: port(8080).describe('Port that the API listens on; 0 picks a free one.'),
    PUBLIC_BASE_URL: z
      .url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' })
      .optional()
      .describe('Address under which clients reach the API, without `/fhir`. By default `HOST` and `PORT`.'),
    BODY_LIMIT_BYTES: wholeNumberVariable({ min: 1024, max: 256 * MIB, fallback: 4 * MIB }).describe(
      'Largest request body that is read, in bytes after decompression.',
    ),
    BODY_LIMIT_VALUES: wholeNumberVariable({ min: 1000, max: 10_000_000, fallback: 100_000 }).describe(
      'Most objects, lists and values in a request body, all levels together.',
    ),
    BODIES_LIMIT_BYTES: wholeNumberVariable({ min: MIB, max: 16_384 * MIB, fallback: 32 * MIB }).describe(
      'Memory for the bodies of all unanswered requests together: their bytes, then the parsed values, with 64 bytes for each. A further large request is answered with 503. The first 32 KiB of a body do not count.',
    ),
    REQUEST_TIMEOUT: duration({ min: '1s', fallback: '60s' }).describe(
      'Time in which a client must have sent a request with its body.',
    ),
    MAX_CONNECTIONS: wholeNumberVariable({ min: 1, max: 1_000_000, fallback: 4096 }).describe(
      'Most client connections at a time; further ones are closed at once.',
    ),
    MAX_DOWNLOADS: wholeNumberVariable({ min: 1, max: 100_000, fallback: 128 }).describe(
      'Most files that are sent at a time. A further download replaces one whose client has read nothing for 5 seconds, or is answered with 503.',
    ),
    MAX_PACKED_DOWNLOADS: wholeNumberVariable({ min: 0, max: 1_000, fallback: 4 }).describe(
      'Most files that are compressed with gzip while they are sent. Further clients that ask for gzip get files as they are, and 503 if they refuse that. Files that are stored in gzip and unpacked for clients that do not take it count too; further ones are 503.',
    ),
    UNREAD_LIMIT_BYTES: wholeNumberVariable({ min: MIB, max: 16_384 * MIB, fallback: 64 * MIB }).describe(
      'Most bytes of answers, all clients together, that are sent but not read. Above it the API closes connections whose clients read nothing.',
    ),
    UNREAD_TIMEOUT: duration({ min: '1s', fallback: '60s' }).describe(
      'A connection is closed when its client reads nothing of an answer for this long.',
    ),
    TLS_CERT_FILE: z
      .string()
      .min(1)
      .optional()
      .describe(
        'File of the certificate with its chain, in PEM: the API then speaks HTTPS. By default HTTP.',
      ),
    TLS_KEY_FILE: z
      .string()
      .min(1)
      .optional()
      .describe('File of the private key of `TLS_CERT_FILE`, in PEM.'),
    TRUSTED_PROXIES: trustedProxies
      .optional()
      .describe(
        'Addresses and networks of proxies in front of the API, such as `10.0.0.0/8`, separated by white space. Their `X-Forwarded-Proto` says whether a client uses HTTPS, and their `X-Forwarded-For` who it is in the audit log. By default none.',
      ),
    SHUTDOWN_DELAY: duration({ min: '0s', fallback: '0s' }).describe(
      'Time after SIGTERM in which the API still takes requests, while `/readyz` already answers 503.',
    ),
    SHUTDOWN_TIMEOUT: duration({ min: '0s', fallback: '20s' }).describe(
      'Time after `SHUTDOWN_DELAY` in which open requests and downloads must end.',
    ),
  })
  .transform((env) => ({
    host: env.HOST,
    port: env.PORT,
    publicBaseUrl: env.PUBLIC_BASE_URL,
    bodies: {
      bodyBytes: env.BODY_LIMIT_BYTES,
      bodiesBytes: env.BODIES_LIMIT_BYTES,
    },
    bodyValues: env.BODY_LIMIT_VALUES,
    requestTimeoutMs: env.REQUEST_TIMEOUT,
    maxConnections: env.MAX_CONNECTIONS,
    maxDownloads: env.MAX_DOWNLOADS,
    maxPackedDownloads: env.MAX_PACKED_DOWNLOADS,
    unread: { mostBytes: env.UNREAD_LIMIT_BYTES, patienceMs: env.UNREAD_TIMEOUT },
    certFile: env.TLS_CERT_FILE,
    keyFile: env.TLS_KEY_FILE,
    proxies: env.TRUSTED_PROXIES ?? [],
    shutdownDelayMs: env.SHUTDOWN_DELAY,
    shutdownTimeoutMs: env.SHUTDOWN_TIMEOUT,
  }))
  .describe('HTTP');

const MOST_WAITING = 200;

const kickOffSection = z
  .object({
    KICK_OFF_LOOKUP_BYTES: wholeNumberVariable({ min: 0, max: 1 << 30, fallback: 4 * MIB }).describe(
      'A kick-off looks for its patients and groups in the files of the source that have no id index yet, if these hold at most this many bytes. With more it waits for the index.',
    ),
    KICK_OFF_INDEX_WAIT: duration({ min: '0s', fallback: '5s' }).describe(
      'Longest time that a kick-off waits for the id index of the source; then it is answered with 503.',
    ),
    GROUP_SEARCH_BYTES: wholeNumberVariable({ min: 0, max: 1 << 30, fallback: 128 * MIB }).describe(
      'Most bytes of Groups that a search for Groups looks through.',
    ),
    KICK_OFF_LOOKUPS: wholeNumberVariable({ min: 1, max: 1000, fallback: 2 }).describe(
      'Most kick-offs at a time for which one API looks through files.',
    ),
    KICK_OFF_LOOKUP_WAIT: duration({ min: '0s', fallback: '5s' }).describe(
      'Longest time that a kick-off waits for its turn to look through files; then it is answered with 503.',
    ),
    KICK_OFF_VIEWS_BYTES: wholeNumberVariable({ min: MIB, max: 16_384 * MIB, fallback: 8 * MIB }).describe(
      'Most characters of views that kick-offs check and store at a time, in bodies and in the stored views that they name. Kick-offs of up to 32 KiB do not count.',
    ),
    KICK_OFFS_PER_MINUTE: wholeNumberVariable({ min: 0, max: 1_000_000, fallback: 0 }).describe(
      'Most kick-offs of one tenant in a minute, at all instances together; a further one is answered with 429. 0 means no limit.',
    ),
    KICK_OFF_VIEWS_WAIT: duration({ min: '0s', fallback: '5s' }).describe(
      'Longest time that a kick-off waits for room for its views; then it is answered with 503.',
    ),
  })
  .transform((env) => ({
    lookupBytes: env.KICK_OFF_LOOKUP_BYTES,
    perMinute: env.KICK_OFFS_PER_MINUTE,
    indexPatienceMs: env.KICK_OFF_INDEX_WAIT,
    groupSearchBytes: env.GROUP_SEARCH_BYTES,
    lookups: {
      atOnce: env.KICK_OFF_LOOKUPS,
      patienceMs: env.KICK_OFF_LOOKUP_WAIT,
      mostWaiting: MOST_WAITING,
    },
    views: {
      atOnce: env.KICK_OFF_VIEWS_BYTES,
      patienceMs: env.KICK_OFF_VIEWS_WAIT,
      mostWaiting: MOST_WAITING,
    },
  }))
  .describe('Kick-off');

/** `NAME=URL`, where special characters of the name are escaped as in URLs, or `URL`. */
function declaredBase(text: string): DeclaredBase | undefined {
  const [, name, url = ''] = /^(?:(?!https?:)([^=]+)=)?(.*)$/is.exec(text) ?? [];
  // With commas in between, the value would declare another base than is meant.
  const base = /[,;]$/.test(url) ? undefined : serviceBase(url);
  try {
    return base === undefined
      ? undefined
      : { source: name === undefined ? undefined : decodeURIComponent(name), base };
  } catch {
    return undefined;
  }
}

const declaredBases = z.string().transform((text, context): readonly DeclaredBase[] => {
  const declared = text
    .split(/\s+/)
    .filter((word) => word !== '')
    .map(declaredBase);
  const readable = declared.filter((one) => one !== undefined);
  if (readable.length === declared.length) return readable;
  context.addIssue('must be FHIR base URLs, http:// or https://, or NAME=URL, separated by white space');
  return z.NEVER;
});

const sourceNames = z.string().transform((text, context): readonly string[] => {
  try {
    return text
      .split(/\s+/)
      .filter((word) => word !== '')
      .map(decodeURIComponent);
  } catch {
    context.addIssue('must be names of sources, escaped as in URLs and separated by white space');
    return z.NEVER;
  }
});

const sourcesSection = z
  .object({
    DEFAULT_SOURCE: z
      .string()
      .optional()
      .describe(
        'Source that is exported if a request names none. By default the source named `default`, else the only source. Otherwise each request must name one.',
      ),
    SOURCE_BASE_URLS: declaredBases
      .optional()
      .describe(
        'FHIR base URLs of the sources, separated by white space. Only absolute references under these URLs have keys (`getReferenceKey()`) and match `patient` and `group`. Write `URL` for the only source, or `NAME=URL` for one of several; a source may have several URLs. By default none.',
      ),
    VERSIONED_SOURCES: sourceNames
      .optional()
      .describe(
        'Names of the sources that may hold several versions of a resource, separated by white space; special characters of a name are escaped as in URLs. Exports of these sources have the latest version only, and runs are refused. A folder of resource files is the source `default`. By default none: all lines of a source are exported.',
      ),
  })
  .transform((env) => ({
    defaultSource: env.DEFAULT_SOURCE,
    bases: env.SOURCE_BASE_URLS ?? [],
    versioned: env.VERSIONED_SOURCES ?? [],
  }))
  .describe('Sources');

const compilationSection = z
  .object({
    COMPILE_THREADS: wholeNumberVariable({ min: 1, max: 64, fallback: 2 }).describe(
      'Threads that compile the views of requests. Each takes about 25 MiB, and up to 72 MiB for a view that is hard to compile.',
    ),
    COMPILE_TIMEOUT: duration({ min: '100ms', fallback: '10s' }).describe(
      'Time in which all views of a request must be compiled. The view that exceeds it is refused with 422.',
    ),
    COMPILE_WAIT: duration({ min: '0s', fallback: '5s' }).describe(
      'Longest time that a request waits for such a thread; then it is answered with 503.',
    ),
    COMPILE_QUEUE: wholeNumberVariable({ min: 0, max: 100_000, fallback: 1000 }).describe(
      'Most requests that wait for a thread at a time; a further one is answered with 503 at once.',
    ),
  })
  .transform((env) => ({
    threads: env.COMPILE_THREADS,
    requestMs: env.COMPILE_TIMEOUT,
    patienceMs: env.COMPILE_WAIT,
    mostWaiting: env.COMPILE_QUEUE,
  }))
  .describe('Compilation of views');

const runSection = z
  .object({
    RUN_THREADS: wholeNumberVariable({ min: 1, max: 256, fallback: 2 }).describe(
      'Engine threads that evaluate `$sql-run` and `$viewdefinition-run`, all runs together. They start with the first run.',
    ),
    RUN_HEAP_MB: wholeNumberVariable({ min: 64, max: 65_536, fallback: 128 }).describe(
      'JavaScript heap of one such thread in MiB. A thread that needs more is ended, and its run is refused or broken off.',
    ),
    RUN_AT_ONCE: wholeNumberVariable({ min: 1, max: 10_000, fallback: 4 }).describe(
      'Most runs at a time. Each keeps up to 4 MiB of rows, and 24 MiB for each thread that works for it.',
    ),
    RUN_AT_ONCE_OF_CLIENT: wholeNumberVariable({ min: 1, max: 10_000, fallback: 3 }).describe(
      'Most runs of one client at a time. Less than `RUN_AT_ONCE`, it keeps a place for the runs of other clients.',
    ),
    RUN_QUEUE: wholeNumberVariable({ min: 0, max: 100_000, fallback: 100 }).describe(
      'Most runs that wait for their turn. With a further one, the last run of the client that has the most of them is answered with 503.',
    ),
    RUN_WAIT: duration({ min: '0s', fallback: '10s' }).describe(
      'Longest time that a run waits for its turn; then it is answered with 503.',
    ),
    RUN_READ_RATE: wholeNumberVariable({ min: 0, max: 1e12, fallback: 16 << 10 }).describe(
      'Least bytes of rows that a client reads in a second while more of them wait. 0: one byte now and then is enough.',
    ),
    RUN_READ_PATIENCE: duration({ min: '1s', fallback: '30s' }).describe(
      'How long a client may be behind `RUN_READ_RATE` before its connection is broken off. It is 5 seconds while another run waits for its place.',
    ),
    RUN_TIMEOUT: duration({ min: '100ms', fallback: '5m' }).describe(
      'Longest time from the begin of a run to its last row, also where its client reads slowly. Then it is refused with 422 or, behind the first row, its connection is broken off.',
    ),
    RUN_RESOURCE_TIMEOUT: duration({ min: '0s', fallback: '10s' }).describe(
      'Longest time that the evaluation of one resource may take; then its run fails. `0s` means no limit.',
    ),
    RUN_LIMIT_ROWS: wholeNumberVariable({ min: 1, max: 1e12, fallback: 100_000_000 }).describe(
      'Most rows of one run. `_limit` ends a run before, and is no error.',
    ),
    RUN_LIMIT_BYTES: wholeNumberVariable({ min: 1, max: 1e15, fallback: 16_384 * MIB }).describe(
      'Most bytes of rows of one run.',
    ),
    RUN_MALFORMED_LINES: z
      .enum(['fail', 'skip'])
      .default('fail')
      .describe(
        'Effect of a line of a source that is not a FHIR resource. `fail`: the run fails. `skip`: the line is skipped, and counted in the answer, in the log and in `millrace_notices_total`.',
      ),
  })
  .transform((env) => ({
    threads: env.RUN_THREADS,
    maxHeapMb: env.RUN_HEAP_MB,
    turns: {
      atOnce: env.RUN_AT_ONCE,
      atOnceOfClient: env.RUN_AT_ONCE_OF_CLIENT,
      mostWaiting: env.RUN_QUEUE,
      patienceMs: env.RUN_WAIT,
    },
    pace: { bytesPerSecond: env.RUN_READ_RATE, patienceMs: env.RUN_READ_PATIENCE },
    limits: { rows: env.RUN_LIMIT_ROWS, bytes: env.RUN_LIMIT_BYTES, timeoutMs: env.RUN_TIMEOUT },
    resourceMs: env.RUN_RESOURCE_TIMEOUT,
    malformedLines: env.RUN_MALFORMED_LINES,
  }))
  .describe('Runs');

const csvSection = z
  .object({
    CSV_FORMULAS: z
      .enum(['keep', 'text'])
      .default('keep')
      .describe(
        'Texts in CSV that a spreadsheet would take for formulas, because they begin with `=`, `+`, `-`, `@`, a tab or the end of a line. `keep`: they are as they are. `text`: an apostrophe is put in front of them. CSV is then made without the scan, which takes longer.',
      ),
  })
  .transform((env): { readonly formulas?: 'text' } =>
    env.CSV_FORMULAS === 'text' ? { formulas: 'text' } : {},
  )
  .describe('CSV');

const definitionsSection = z
  .object({
    DEFINITIONS_LIMIT_BYTES: wholeNumberVariable({ min: 1024, max: 1 << 30, fallback: 16 * MIB }).describe(
      'Most bytes of the latest versions of all stored definitions together. Each API keeps them in memory.',
    ),
  })
  .transform((env) => ({ mostBytes: env.DEFINITIONS_LIMIT_BYTES }))
  .describe('Stored definitions');

export const configSchema = {
  http: httpSection,
  auth: authSection,
  cors: corsSection,
  sources: sourcesSection,
  downloads: downloadsSection,
  kickOff: kickOffSection,
  polling: pollingSection,
  compilation: compilationSection,
  sql: sqlSection,
  run: runSection,
  csv: csvSection,
  definitions: definitionsSection,
  terminology: terminologySection,
  externalTables: externalTablesSection,
  destinations: destinationsSection,
  redis: redisSection,
  storage: storageSection,
  fairness: fairnessSection,
  audit: auditSection,
  refusals: refusalsSection,
  files: filesSection,
  admin: adminSection,
  operations: operationsSection(9464),
  tracing: tracingSection,
};

export type ApiConfig = Config<typeof configSchema>;

const EVERY_INTERFACE = ['0.0.0.0', '::', '[::]'];

/** Combinations that are unsafe, one line each. */
export function unsafeSettings({
  http,
  auth,
  admin,
  downloads,
  polling,
  storage,
}: ApiConfig): readonly string[] {
  const nameless = EVERY_INTERFACE.includes(http.host) && http.publicBaseUrl === undefined;
  const { bodyBytes, bodiesBytes } = http.bodies;
  return [
    ...unsafeStorageSettings(storage),
    ...unsafeAuth(auth, http),
    ...unsafeDownloads(downloads, storage.out),
    ...((http.certFile === undefined) === (http.keyFile === undefined)
      ? []
      : ['TLS_CERT_FILE and TLS_KEY_FILE must be set together']),
    ...((admin.certFile === undefined) === (admin.keyFile === undefined)
      ? []
      : ['OPS_TLS_CERT_FILE and OPS_TLS_KEY_FILE must be set together']),
    ...(bodyBytes > bodiesBytes
      ? [
          `BODIES_LIMIT_BYTES must be at least BODY_LIMIT_BYTES, ${bodyBytes}: otherwise a body of that size could never be read`,
        ]
      : []),
    ...(polling.pace.minSeconds > polling.pace.maxSeconds
      ? ['POLL_RETRY_MIN must be at most POLL_RETRY_MAX: they are the bounds of Retry-After']
      : []),
    ...(nameless
      ? [
          `PUBLIC_BASE_URL must be set when HOST is ${http.host}: answers contain links, which need a host name`,
        ]
      : []),
  ];
}
