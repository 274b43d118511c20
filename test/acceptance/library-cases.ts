import { formOf, holding, inSubject } from './operations.js';
import type { Operation } from './operations.js';
import type { RejectionName } from './rejection-table.js';
import { dependsOn, query, sqlView } from './requests.js';

/** A request that is refused as its row says. */
export interface RejectionCase {
  readonly row: RejectionName;
  readonly title: string;
  readonly ask: (operation: Operation) => readonly object[];
  /** The expression of the issue where the row leaves it open. */
  readonly at?: (operation: Operation) => string;
  /** Operations of the row that the case is no case of are left out. */
  readonly unless?: (operation: Operation) => boolean;
}

export const LEAST = { name: 'least', use: 'in', type: 'integer' };
export const V = 'http://x.org/v';

/** The expression of an element of a subject that is in the request. */
export const resourceOf = (element: string) => (operation: Operation) =>
  inSubject(operation, `${formOf(operation, 'Resource')}${element}`);

const takesNoSqlViews = ({ subject }: Operation) => subject !== 'subject';

const ofSql = (sql: string, contentType = 'application/sql') => [
  { contentType, data: Buffer.from(sql).toString('base64') },
];

/** SQL that analysis refuses, without a row of data. */
const BROKEN_SQL: readonly RejectionCase[] = [
  ['no SQL', 'SELEC 1'],
  ['a table that is no dependency', 'SELECT 1 FROM patients'],
  ['a column that is not there', 'SELECT id FROM (SELECT 1 AS n)'],
  ['a parameter that is not declared', 'SELECT 1 WHERE 1 = :most'],
  ['two statements', 'SELECT 1; SELECT 2'],
  ['a statement that writes', 'CREATE TABLE t AS SELECT 1'],
  ['a file', "SELECT * FROM read_csv('/etc/passwd')"],
].map(([title, sql]) => ({
  row: 'SQL that cannot run',
  title: `[exp-16 run-9] ${title ?? ''}`,
  ask: (operation) => holding(operation, query({ content: ofSql(sql ?? '') })),
  at: resourceOf('.content[0].data'),
}));

/** Libraries that break the profile of their type, and those whose SQL does not run. */
export const LIBRARY_CASES: readonly RejectionCase[] = [
  ...BROKEN_SQL,
  {
    row: 'a Library that breaks its profile',
    title: '[sqlquery-4] SQL of other dialects alone, which nobody translates',
    ask: (operation) =>
      holding(operation, query({ content: ofSql('SELECT 1', 'application/sql;dialect=oracle') })),
    at: resourceOf('.content'),
  },
  ...[
    [
      '[sqlquery-10] content of another type',
      { content: [{ contentType: 'text/cql', data: 'YQ==' }] },
      '.content[0].contentType',
    ],
    [
      '[sqlquery-11] content without data',
      { content: [{ contentType: 'application/sql' }] },
      '.content[0].data',
    ],
    ['[sqlquery-11] no content', { content: [] }, '.content'],
    [
      '[sqlquery-12] a dependency without a label',
      { relatedArtifact: [{ type: 'depends-on', resource: V }] },
      '.relatedArtifact[0].label',
    ],
    [
      '[sqlquery-12] a dependency that names nothing',
      { relatedArtifact: [{ type: 'depends-on', label: 'v' }] },
      '.relatedArtifact[0].resource',
    ],
    [
      '[sqlquery-12] an artefact that is no dependency',
      { relatedArtifact: [{ ...dependsOn(V, 'v'), type: 'documentation' }] },
      '.relatedArtifact[0].type',
    ],
    [
      '[sqlquery-13] a parameter that is no input',
      { parameter: [{ ...LEAST, use: 'out' }] },
      '.parameter[0].use',
    ],
    [
      '[sqlquery-14] a label that is no name in SQL',
      { relatedArtifact: [dependsOn(V, '1v')] },
      '.relatedArtifact[0].label',
    ],
  ].map(([title, fields, element]): RejectionCase => ({
    row: 'a Library that breaks its profile',
    title: title as string,
    ask: (operation) => holding(operation, query(fields as object as Readonly<Record<string, unknown>>)),
    at: resourceOf(element as string),
  })),
  ...[
    ['[sqlview-1 sqlview-2 sqlview-4] parameters of a view in SQL', { parameter: [LEAST] }, '.parameter'],
    [
      '[sqlview-5] content of another type in a view',
      { content: [{ contentType: 'text/cql', data: 'YQ==' }] },
      '.content[0].contentType',
    ],
    [
      '[sqlview-6] content without data in a view',
      { content: [{ contentType: 'application/sql' }] },
      '.content[0].data',
    ],
    [
      '[sqlview-7] a dependency without a label of a view',
      { relatedArtifact: [{ type: 'depends-on', resource: V }] },
      '.relatedArtifact[0].label',
    ],
  ].map(([title, fields, element]): RejectionCase => ({
    row: 'a Library that breaks its profile',
    title: title as string,
    ask: (operation) => holding(operation, sqlView(fields as object as Readonly<Record<string, unknown>>)),
    at: resourceOf(element as string),
    unless: takesNoSqlViews,
  })),
];
