import { query, view } from './requests.js';

/** An operation on the wire, written out by hand: no code of the product is used. */
export interface Operation {
  readonly code: string;
  readonly kind: 'export' | 'run';
  /** The parameter that names a subject; in a run it only stands for one. The forms of a subject begin with it. */
  readonly subject: 'subject' | 'view' | 'query';
  /** The kinds of artefact that a subject may be. */
  readonly takes: readonly ('view' | 'sql')[];
  /** The parameters that bring along what SQL depends on. */
  readonly context: readonly string[];
  /** The resource type of its other levels. */
  readonly type?: 'ViewDefinition' | 'Library';
}

const SQL_EXPORT: Operation = {
  code: '$sql-export',
  kind: 'export',
  subject: 'subject',
  takes: ['view', 'sql'],
  context: ['context'],
};
export const SQL_RUN: Operation = { ...SQL_EXPORT, code: '$sql-run', kind: 'run' };
const VIEW_EXPORT: Operation = {
  code: '$viewdefinition-export',
  kind: 'export',
  subject: 'view',
  takes: ['view'],
  context: [],
  type: 'ViewDefinition',
};
const VIEW_RUN: Operation = { ...VIEW_EXPORT, code: '$viewdefinition-run', kind: 'run' };
const QUERY_EXPORT: Operation = {
  code: '$sqlquery-export',
  kind: 'export',
  subject: 'query',
  takes: ['sql'],
  context: ['tableSource', 'view'],
  type: 'Library',
};
const QUERY_RUN: Operation = { ...QUERY_EXPORT, code: '$sqlquery-run', kind: 'run' };

export const OPERATIONS: readonly Operation[] = [
  SQL_EXPORT,
  SQL_RUN,
  VIEW_EXPORT,
  VIEW_RUN,
  QUERY_EXPORT,
  QUERY_RUN,
];

/** A subject that has no fault. */
export function goodSubject({ takes }: Operation): object {
  return takes.includes('view') ? view() : query();
}

/** The parameters that name one subject by one or several forms, with what belongs to it. */
export function naming(
  { kind, subject }: Operation,
  forms: readonly object[],
  ...more: readonly object[]
): readonly object[] {
  return kind === 'run' ? [...forms, ...more] : [{ name: subject, part: [...more, ...forms] }];
}

/** The parameters that hold a subject. */
export function holding(
  operation: Operation,
  resource: object,
  ...more: readonly object[]
): readonly object[] {
  return naming(operation, [{ name: formOf(operation, 'Resource'), resource }], ...more);
}

export function formOf({ subject }: Operation, form: 'Canonical' | 'Reference' | 'Resource'): string {
  return `${subject}${form}`;
}

/** The expression of something in the first subject. */
export function inSubject({ kind, subject }: Operation, part: string): string {
  return kind === 'run' ? part : `${subject}[0].${part}`;
}

/** The addresses of an operation at which a request names the subject. */
export function pathsOf({ code, type }: Operation): readonly string[] {
  return type === undefined ? [`/${code}`] : [`/${code}`, `/${type}/${code}`];
}

/** Sends an operation as its kind is invoked. */
export async function invoke(
  fhirUrl: string,
  { kind }: Operation,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${fhirUrl}${path}`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/fhir+json',
      ...(kind === 'export' ? { Prefer: 'respond-async' } : {}),
      ...headers,
    },
    body: JSON.stringify(body),
    redirect: 'manual',
  });
}

export function parametersOf(parameter: readonly object[]): object {
  return { resourceType: 'Parameters', parameter };
}
