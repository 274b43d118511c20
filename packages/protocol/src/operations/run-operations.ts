import type {
  SubjectNaming,
  OutParameterDeclaration,
  ParameterDeclaration,
  SubjectRun,
} from './operation.js';
import { GUIDE, HEADER, SELECTION, contextParameter, valuesParameter } from './shared-parameters.js';
import { QUERY_SUBJECT, SQL_SUBJECT, VIEW_SUBJECT, subjectForms } from './subject-namings.js';

const RESOURCE: ParameterDeclaration = {
  name: 'resource',
  min: 0,
  max: '*',
  type: 'Resource',
  isData: true,
  documentation:
    'For a ViewDefinition only: a resource that it is evaluated over; with any of them nothing is read from a source. A Bundle stands for the resources of its entries. Resources of other types than that of the view are passed over. By POST only.',
};

/** Parameters of every run beside those that name its subject and what that is evaluated over. */
const RUN_PARAMETERS: readonly ParameterDeclaration[] = [
  {
    name: '_format',
    min: 0,
    max: '1',
    type: 'code',
    documentation:
      'ndjson (default), csv, json, parquet or fhir, or one of their media types: application/x-ndjson, text/csv, application/json, application/vnd.apache.parquet, application/fhir+json. Without it the Accept header may select one of the first four. fhir: a Parameters resource with a row for each row.',
  },
  HEADER,
  {
    name: '_limit',
    min: 0,
    max: '1',
    type: 'integer',
    documentation:
      'The answer ends after this many rows. With 0 a Parquet file tells the columns and their types.',
  },
  ...SELECTION,
];

const OUT: readonly OutParameterDeclaration[] = [
  {
    name: 'return',
    min: 1,
    max: '1',
    type: 'Binary',
    documentation:
      'The rows, as they are in their native media type. With "Accept: application/fhir+json" a Binary resource that holds them in base64, for csv and json only; else 406.',
  },
];

const LIMITS =
  'The rows of a ViewDefinition are sent while they are evaluated, those of SQL once all of them are there. A request that is over a limit of the server is 422 too-costly, or its connection is broken off where rows were sent already; $sql-export has no such limits.';

function subjectParameters(
  naming: SubjectNaming,
  levels?: ParameterDeclaration['levels'],
): readonly ParameterDeclaration[] {
  const at = levels === undefined ? {} : { levels };
  return subjectForms(naming).map((form) =>
    form.type === 'Resource'
      ? { ...form, ...at, documentation: `${form.documentation} By POST only.` }
      : { ...form, ...at },
  );
}

/** https://hl7.org/fhir/uv/sql-on-fhir/OperationDefinition-SQLRun.html */
export const SQL_RUN: SubjectRun = {
  id: 'sql-run',
  code: '$sql-run',
  title: 'SQL run',
  description: `Evaluates one ViewDefinition, or runs one SQLQuery or SQLView over the views that it depends on, and answers with the rows. ${LIMITS}`,
  definition: `${GUIDE}/SQLRun`,
  methods: ['GET', 'POST'],
  levels: ['system'],
  resourceType: undefined,
  result: 'run',
  subject: SQL_SUBJECT,
  context: ['context'],
  parameters: [
    ...subjectParameters(SQL_SUBJECT),
    valuesParameter('parameters'),
    contextParameter('context'),
    RESOURCE,
    ...RUN_PARAMETERS,
  ],
  refused: [],
  outParameters: OUT,
};

/** The name and shape that `$sql-run` had for ViewDefinitions before the 3.0.0 ballot. */
const VIEWDEFINITION_RUN: SubjectRun = {
  id: 'viewdefinition-run',
  code: '$viewdefinition-run',
  title: 'ViewDefinition run',
  description: `The earlier form of $sql-run for ViewDefinitions, with the same answers. ${LIMITS}`,
  definition: `${GUIDE}/ViewDefinitionRun`,
  methods: ['GET', 'POST'],
  levels: ['system', 'type', 'instance'],
  resourceType: 'ViewDefinition',
  result: 'run',
  subject: VIEW_SUBJECT,
  context: [],
  parameters: [...subjectParameters(VIEW_SUBJECT, ['system', 'type']), RESOURCE, ...RUN_PARAMETERS],
  refused: [],
  outParameters: OUT,
};

/** The name and shape that `$sql-run` had for SQLQuery Libraries before the 3.0.0 ballot. */
export const SQLQUERY_RUN: SubjectRun = {
  id: 'sqlquery-run',
  code: '$sqlquery-run',
  title: 'SQLQuery run',
  description: `The earlier form of $sql-run for SQLQuery Libraries, with the same answers. ${LIMITS}`,
  definition: `${GUIDE}/SQLQueryRun`,
  methods: ['GET', 'POST'],
  levels: ['system', 'type', 'instance'],
  resourceType: 'Library',
  result: 'run',
  subject: QUERY_SUBJECT,
  context: ['tableSource', 'view'],
  parameters: [
    ...subjectParameters(QUERY_SUBJECT, ['system', 'type']),
    valuesParameter('parameters'),
    contextParameter('tableSource'),
    // Its name before `tableSource`.
    contextParameter('view'),
    ...RUN_PARAMETERS,
  ],
  refused: [
    {
      name: RESOURCE.name,
      code: 'invalid',
      why: 'SQL runs over the views of a source and takes no inline resources; they belong to $sql-run with a ViewDefinition',
    },
  ],
  outParameters: OUT,
};

/** Every operation that answers with rows. */
export const RUN_OPERATIONS: readonly SubjectRun[] = [SQL_RUN, VIEWDEFINITION_RUN, SQLQUERY_RUN];
