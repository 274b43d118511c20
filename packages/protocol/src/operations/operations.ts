import type {
  Level,
  ParameterDeclaration,
  RefusedParameter,
  SubjectExport,
  SubjectNaming,
} from './operation.js';
import { QUERY_SUBJECT, SQL_SUBJECT, VIEW_SUBJECT, subjectForms } from './subject-namings.js';
import { EXPORT_OUT_PARAMETERS } from './out-parameters.js';
import { GUIDE, HEADER, SELECTION, contextParameter, valuesParameter } from './shared-parameters.js';

const JOB_PARAMETERS: readonly ParameterDeclaration[] = [
  {
    name: 'clientTrackingId',
    min: 0,
    max: '1',
    type: 'string',
    documentation: 'Returned in the answers to the kick-off, to polls and of the result.',
  },
  {
    name: '_format',
    min: 0,
    max: '1',
    type: 'code',
    documentation:
      'ndjson (default), csv, json or parquet, or one of their media types: application/x-ndjson, text/csv, application/json, application/vnd.apache.parquet. The Accept header never selects it.',
  },
  HEADER,
  {
    name: 'compression',
    min: 0,
    max: '1',
    type: 'code',
    documentation:
      'Of this server, not of the guide. For Parquet snappy (default), or zstd, whose files are smaller. For the other formats gzip: files are stored in it, and sent so to clients that take it.',
  },
  {
    name: 'onMismatch',
    min: 0,
    max: '1',
    type: 'code',
    documentation:
      'Of this server, not of the guide. Parquet, and SQL: what becomes of a value that does not fit the type of its column, as a partial date of a DATE. fail (default), or null, which is counted in a notice.',
  },
  {
    name: 'partBytes',
    min: 0,
    max: '1',
    type: 'integer',
    documentation:
      'Of this server, not of the guide. The bytes of content, 1,048,576 or more, soon after which a file ends, in place of those that the server is configured with.',
  },
  {
    name: 'partRows',
    min: 0,
    max: '1',
    type: 'integer',
    documentation: 'Of this server, not of the guide. The same for rows, 1,000 or more. Not with SQL.',
  },
  {
    name: 'partitionBy',
    min: 0,
    max: '1',
    type: 'string',
    documentation:
      'Of this server, not of the guide. Views only: the name of a column that all of them have, a text, a boolean, an integer or a DATE. Each file has the rows of one value of it, which the result tells, and does not have the column.',
  },
  {
    name: 'tableFormat',
    min: 0,
    max: '1',
    type: 'code',
    documentation:
      'Of this server, not of the guide. Parquet only: delta makes each output the next version of a Delta table of its name at a destination of the operator. A reader sees the rows of this export or those before, and never a part.',
  },
  {
    name: 'destination',
    min: 0,
    max: '1',
    type: 'string',
    documentation:
      'Of this server, not of the guide. Name of the destination of tables, where there are several.',
  },
  ...SELECTION,
];

const REFUSED: readonly RefusedParameter[] = [
  { name: '_limit', code: 'invalid', why: 'an export has no limit; it belongs to $sql-run' },
  {
    name: 'resource',
    code: 'invalid',
    why: 'an export reads a source and takes no inline resources; they belong to $sql-run',
  },
];

function subjectParameter(
  naming: SubjectNaming,
  levels: readonly Level[],
  documentation: string,
): ParameterDeclaration {
  return {
    name: naming.parameter,
    min: 1,
    max: '*',
    type: 'parts',
    documentation,
    levels,
    part: [
      {
        name: naming.name,
        min: 0,
        max: '1',
        type: 'string',
        documentation: 'Name of the output. Default: the name of the artefact, else a generated one.',
      },
      ...subjectForms(naming),
      ...(naming.values === undefined ? [] : [valuesParameter(naming.values)]),
    ],
  };
}

/** Rules that are not in the guide, written where clients look for them. */
const ENDING =
  'DELETE of the status URL cancels an export; after the end of the export it changes nothing. DELETE of the result URL (of this server, not of the guide) removes an export at once, whether it runs or is over: 202, then 404 for its status, result and files.';

/** https://hl7.org/fhir/uv/sql-on-fhir/OperationDefinition-SQLExport.html */
export const SQL_EXPORT: SubjectExport = {
  id: 'sql-export',
  code: '$sql-export',
  title: 'SQL export',
  description: `Exports ViewDefinitions, and SQLQuery and SQLView Libraries, over one source to files, asynchronously. One output per subject. ${ENDING}`,
  definition: `${GUIDE}/SQLExport`,
  methods: ['POST'],
  levels: ['system'],
  resourceType: undefined,
  result: 'export',
  subject: SQL_SUBJECT,
  context: ['context'],
  parameters: [
    subjectParameter(
      SQL_SUBJECT,
      ['system'],
      'One ViewDefinition, SQLQuery or SQLView to export; exactly one of its three forms.',
    ),
    contextParameter('context'),
    ...JOB_PARAMETERS,
  ],
  refused: REFUSED,
  outParameters: EXPORT_OUT_PARAMETERS,
};

/** The name and shape that `$sql-export` had for ViewDefinitions before the 3.0.0 ballot. */
export const VIEWDEFINITION_EXPORT: SubjectExport = {
  id: 'viewdefinition-export',
  code: '$viewdefinition-export',
  title: 'ViewDefinition export',
  description: `The earlier form of $sql-export for ViewDefinitions, with the same answers. ${ENDING}`,
  definition: `${GUIDE}/ViewDefinitionExport`,
  methods: ['POST'],
  levels: ['system', 'type', 'instance'],
  resourceType: 'ViewDefinition',
  result: 'export',
  subject: VIEW_SUBJECT,
  context: [],
  parameters: [
    subjectParameter(
      VIEW_SUBJECT,
      ['system', 'type'],
      'One ViewDefinition to export; exactly one of its three forms. At the instance level the URL names it.',
    ),
    ...JOB_PARAMETERS,
  ],
  refused: REFUSED,
  outParameters: EXPORT_OUT_PARAMETERS,
};

/** The name and shape that `$sql-export` had for SQLQuery Libraries before the 3.0.0 ballot. */
export const SQLQUERY_EXPORT: SubjectExport = {
  id: 'sqlquery-export',
  code: '$sqlquery-export',
  title: 'SQLQuery export',
  description: `The earlier form of $sql-export for SQLQuery Libraries, with the same answers. ${ENDING}`,
  definition: `${GUIDE}/SQLQueryExport`,
  methods: ['POST'],
  levels: ['system', 'type', 'instance'],
  resourceType: 'Library',
  result: 'export',
  subject: QUERY_SUBJECT,
  context: ['tableSource', 'view'],
  parameters: [
    subjectParameter(
      QUERY_SUBJECT,
      ['system', 'type'],
      'One SQLQuery Library to export; exactly one of its three forms. At the instance level the URL names it.',
    ),
    { ...valuesParameter('parameters'), levels: ['instance'] },
    contextParameter('tableSource'),
    // Its name before `tableSource`.
    contextParameter('view'),
    ...JOB_PARAMETERS,
  ],
  refused: REFUSED,
  outParameters: EXPORT_OUT_PARAMETERS,
};

/** Every operation that starts an export. Routes and the CapabilityStatement are made from this list. */
export const EXPORT_OPERATIONS: readonly SubjectExport[] = [
  SQL_EXPORT,
  VIEWDEFINITION_EXPORT,
  SQLQUERY_EXPORT,
];
