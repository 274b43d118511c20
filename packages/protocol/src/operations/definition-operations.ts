import type { StoredType } from '../definitions/interactions.js';
import { STORED_TYPES } from '../definitions/interactions.js';
import type { Level, Method, OutParameterDeclaration, ParameterDeclaration } from './operation.js';

/** An operation on stored definitions, which changes nothing and answers at once. */
export interface DefinitionOperation {
  /** The id of the published OperationDefinition. */
  readonly id: string;
  readonly code: `$${string}`;
  readonly title: string;
  readonly description: string;
  /** The OperationDefinition of FHIR that it is; undefined for one of this server. */
  readonly definition: string | undefined;
  readonly methods: readonly Method[];
  readonly levels: readonly Level[];
  readonly resourceTypes: readonly StoredType[];
  readonly parameters: readonly ParameterDeclaration[];
  readonly outParameters: readonly OutParameterDeclaration[];
}

/** https://hl7.org/fhir/R4/resource-operation-validate.html */
export const VALIDATE: DefinitionOperation = {
  id: 'validate',
  code: '$validate',
  title: 'Validate',
  description:
    'Says what a definition would be refused for, and what is doubtful in it, and stores nothing. The body is the definition, or Parameters with it. GET, and POST without a definition, look at the stored one. The answer is 200 also where it lists errors. Prefer: handling=lenient turns what is doubtful into warnings.',
  definition: 'http://hl7.org/fhir/OperationDefinition/Resource-validate',
  methods: ['GET', 'POST'],
  levels: ['type', 'instance'],
  resourceTypes: STORED_TYPES,
  parameters: [
    {
      name: 'resource',
      min: 0,
      max: '1',
      type: 'Resource',
      isData: true,
      documentation: 'The definition. At the type level it is required.',
    },
    {
      name: 'mode',
      min: 0,
      max: '1',
      type: 'code',
      documentation: 'create, update or delete. With update the id must be that of the address.',
    },
  ],
  outParameters: [
    {
      name: 'return',
      min: 1,
      max: '1',
      type: 'Resource',
      isData: true,
      documentation: 'An OperationOutcome with all errors and warnings.',
    },
  ],
};

/** The columns of a view, so that a client can make a table before there are rows. */
const SCHEMA: DefinitionOperation = {
  id: 'schema',
  code: '$schema',
  title: 'Schema',
  description:
    'Of this server: the columns of a stored ViewDefinition, in their order, with their types in FHIR, in SQL and in Parquet files.',
  definition: undefined,
  methods: ['GET'],
  levels: ['instance'],
  resourceTypes: ['ViewDefinition'],
  parameters: [],
  outParameters: [
    {
      name: 'column',
      min: 0,
      max: '*',
      type: 'parts',
      documentation: 'A column of the rows.',
      part: [
        { name: 'name', min: 1, max: '1', type: 'string', documentation: 'Name of the column.' },
        {
          name: 'fhirType',
          min: 0,
          max: '1',
          type: 'code',
          documentation: 'FHIR type of its values, declared or found; absent where it is not known.',
        },
        { name: 'collection', min: 1, max: '1', type: 'boolean', documentation: 'Whether a cell is a list.' },
        {
          name: 'sqlType',
          min: 1,
          max: '1',
          type: 'string',
          documentation:
            'SQL type of a value, such as TIMESTAMP WITH TIME ZONE; of an entry where a cell is a list.',
        },
        {
          name: 'parquetType',
          min: 1,
          max: '1',
          type: 'string',
          documentation: 'Physical type in Parquet files, and the logical one in parentheses, likewise.',
        },
      ],
    },
  ],
};

export const DEFINITION_OPERATIONS: readonly DefinitionOperation[] = [VALIDATE, SCHEMA];

/** Path below the FHIR base, as a route pattern in the syntax of Express. */
export function definitionOperationPath(
  { code }: Pick<DefinitionOperation, 'code'>,
  type: StoredType,
  level: Level,
): string {
  const under = { system: '', type: `/${type}`, instance: `/${type}/:id` };
  return `${under[level]}/${code}`;
}
