import { OPERATIONS } from './operations.js';
import type { Operation } from './operations.js';

/**
 * A row of the table of rejected requests: what every refusal of a kind looks like.
 * https://hl7.org/fhir/uv/sql-on-fhir/OperationDefinition-SQLExport.html#rejected-requests
 */
export interface Rejection {
  readonly status: number;
  readonly code: string;
  /** The begin of the expression; undefined for an issue without one. */
  readonly at: ((operation: Operation) => string) | undefined;
  readonly operations: readonly Operation[];
}

const are = (holds: (operation: Operation) => boolean) => OPERATIONS.filter(holds);
const ALL = OPERATIONS;
const EXPORTS = are(({ kind }) => kind === 'export');
const RUNS = are(({ kind }) => kind === 'run');
const OF_VIEWS = are(({ takes }) => takes.includes('view'));
const OF_SQL = are(({ takes }) => takes.includes('sql'));
const OF_BOTH = are(({ takes }) => takes.length === 2);
const WITH_LEVELS = are(({ type }) => type !== undefined);

const subject = ({ subject: name }: Operation) => name;
const parameter = (name: string) => () => name;
const values = ({ kind, subject: name }: Operation) =>
  kind === 'run' ? 'parameters' : `${name}[0].parameters`;
const context = ({ context: [first = ''] }: Operation) => `${first}[`;

const row = (
  status: number,
  code: string,
  at: Rejection['at'],
  operations: readonly Operation[],
): Rejection => ({ status, code, at, operations });

/**
 * The rows, in words. Those that the guide leaves to the server are as its reference server answers.
 */
export const REJECTIONS = {
  'no wish for an asynchronous answer': row(400, 'required', undefined, EXPORTS),
  'a kick-off by GET': row(400, 'required', undefined, EXPORTS),
  'no subject': row(400, 'required', subject, ALL),
  'no form of a subject': row(400, 'invalid', subject, EXPORTS),
  'two forms of a subject': row(400, 'invalid', subject, ALL),
  'two outputs of one name': row(400, 'invalid', subject, EXPORTS),
  'a subject where the URL names it': row(400, 'invalid', subject, WITH_LEVELS),
  'values for a ViewDefinition': row(400, 'invalid', values, OF_BOTH),
  'values for an operation on views': row(
    400,
    'not-supported',
    values,
    OF_VIEWS.filter(({ takes }) => takes.length === 1),
  ),
  'a value that is not declared': row(400, 'invalid', values, OF_SQL),
  'a value of another type': row(400, 'invalid', values, OF_SQL),
  'a context that nothing depends on': row(400, 'invalid', context, OF_SQL),
  'a context for views alone': row(400, 'invalid', context, OF_BOTH),
  'a context without a url': row(400, 'invalid', context, OF_SQL),
  'two contexts of one url': row(400, 'invalid', context, OF_SQL),
  'a context of another kind': row(400, 'invalid', context, OF_SQL),
  'an unknown patient': row(400, 'not-found', parameter('patient'), ALL),
  'an unknown group': row(400, 'not-found', parameter('group'), ALL),
  'an unknown parameter': row(400, 'not-supported', parameter('mine'), ALL),
  'an unknown source': row(400, 'not-supported', parameter('source'), ALL),
  'an unknown format': row(400, 'not-supported', parameter('_format'), ALL),
  'the format of runs': row(400, 'invalid', parameter('_format'), EXPORTS),
  'a limit of an export': row(400, 'invalid', parameter('_limit'), EXPORTS),
  'resources for an export': row(400, 'invalid', parameter('resource'), EXPORTS),
  'resources for SQL': row(
    400,
    'invalid',
    parameter('resource'),
    RUNS.filter(({ takes }) => takes.includes('sql')),
  ),
  'a resource in a URL': row(400, 'invalid', parameter(''), RUNS),
  'a malformed time': row(400, 'invalid', parameter('_since'), ALL),
  'a parameter given twice': row(400, 'invalid', parameter('header'), ALL),
  'a value of another type than a parameter has': row(400, 'invalid', parameter('header'), ALL),
  'a body that is no Parameters': row(400, 'invalid', undefined, ALL),
  'a subject that is not there': row(404, 'not-found', subject, ALL),
  'an instance that is not there': row(404, 'not-found', undefined, WITH_LEVELS),
  'a dependency that is not there': row(404, 'not-found', undefined, OF_SQL),
  'the status of a cancelled export': row(
    404,
    'not-found',
    undefined,
    EXPORTS.filter(({ takes }) => takes.includes('view')),
  ),
  'a form that is not sent': row(406, 'not-supported', undefined, RUNS),
  'a subject of another kind': row(422, 'invalid', subject, ALL),
  'a view that cannot be compiled': row(422, 'invalid', subject, OF_VIEWS),
  'a Library that breaks its profile': row(422, 'invalid', subject, OF_SQL),
  'SQL that cannot run': row(422, 'invalid', subject, OF_SQL),
  'a dependency that cannot be compiled': row(422, 'invalid', context, OF_SQL),
  'terminology that is no table': row(422, 'processing', context, OF_SQL),
  'two dependencies of one label': row(422, 'invalid', subject, OF_SQL),
  'views in SQL that depend on themselves': row(422, 'invalid', subject, OF_SQL),
  'a column without a FHIR type': row(
    422,
    'processing',
    subject,
    RUNS.filter(({ takes }) => takes.includes('view')),
  ),
  'the result of an export that failed': row(
    422,
    'processing',
    subject,
    EXPORTS.filter(({ takes }) => takes.includes('view')),
  ),
  'polls without a pause': row(
    429,
    'throttled',
    undefined,
    EXPORTS.filter(({ takes }) => takes.includes('view')),
  ),
} as const satisfies Readonly<Record<string, Rejection>>;

export type RejectionName = keyof typeof REJECTIONS;
