import { describe, expect, test } from '@jest/globals';
import { capabilityStatement } from './capability-statement.js';
import { definitionOperationDefinition, operationDefinition } from './operation-definition.js';
import { BULK_OPERATIONS } from '../bulk/bulk-operations.js';
import { DEFINITION_OPERATIONS, VALIDATE } from '../operations/definition-operations.js';
import { OPERATIONS } from '../operations/all-operations.js';
import { EXPORT_OPERATIONS, SQL_EXPORT, VIEWDEFINITION_EXPORT } from '../operations/operations.js';

const server = {
  baseUrl: 'https://sof.example/fhir/',
  version: '0.1.0',
  date: '2026-11-20',
  sources: new Map([
    ['north', { fhirVersion: 'R4' as const, baseUrls: [] }],
    ['south', { fhirVersion: 'R4' as const, baseUrls: ['https://south.example/fhir'] }],
  ]),
  defaultSource: 'south',
};

describe('the CapabilityStatement', () => {
  const statement = capabilityStatement(
    { ...server, fhirVersion: '4.0.1', allowsOrigins: true },
    ['Observation', 'Patient'],
    OPERATIONS.filter(({ result }) => result !== 'bulk'),
  );

  test('points at the OperationDefinitions of this server', () => {
    expect(statement).toMatchObject({
      rest: [
        {
          operation: [
            {
              name: '$sql-export',
              definition: 'https://sof.example/fhir/OperationDefinition/sql-export',
            },
            {
              name: '$viewdefinition-export',
              definition: 'https://sof.example/fhir/OperationDefinition/viewdefinition-export',
            },
            {
              name: '$sqlquery-export',
              definition: 'https://sof.example/fhir/OperationDefinition/sqlquery-export',
            },
            { name: '$sql-run', definition: 'https://sof.example/fhir/OperationDefinition/sql-run' },
            {
              name: '$viewdefinition-run',
              definition: 'https://sof.example/fhir/OperationDefinition/viewdefinition-run',
            },
            {
              name: '$sqlquery-run',
              definition: 'https://sof.example/fhir/OperationDefinition/sqlquery-run',
            },
          ],
        },
      ],
    });
  });

  test('declares every output format', () => {
    const text = JSON.stringify(statement);
    for (const format of ['ndjson', 'csv', 'json', 'parquet']) expect(text).toContain(`${format} (`);
  });

  test('declares that results can be deleted', () => {
    expect(JSON.stringify(statement)).toContain('DELETE of the result URL');
    expect(operationDefinition(SQL_EXPORT, server)['description']).toContain('DELETE of the result URL');
  });

  test('lists the sources, and which of them is the default', () => {
    const listed = (name: string, isDefault: boolean, ...baseUrls: readonly string[]) => ({
      url: 'urn:millrace:fhir:extension:source',
      extension: [
        { url: 'name', valueString: name },
        { url: 'fhirVersion', valueCode: '4.0.1' },
        { url: 'default', valueBoolean: isDefault },
        ...baseUrls.map((valueUri) => ({ url: 'baseUrl', valueUri })),
      ],
    });
    expect(statement).toMatchObject({
      rest: [
        {
          extension: [listed('north', false), listed('south', true, 'https://south.example/fhir')],
          documentation: expect.stringContaining('Sources: "north", "south". Default: "south".'),
        },
      ],
    });
  });

  test('says that scripts of other origins may use it', () => {
    expect(statement).toMatchObject({ rest: [{ security: { cors: true } }] });
  });

  test.each([
    ['ViewDefinition', 'http://hl7.org/fhir/uv/sql-on-fhir/SearchParameter/ViewDefinition', 'resource'],
    ['Library', 'http://hl7.org/fhir/SearchParameter/Library', 'type'],
    ['ValueSet', 'http://hl7.org/fhir/SearchParameter/conformance', 'identifier'],
    ['ConceptMap', 'http://hl7.org/fhir/SearchParameter/conformance', 'identifier'],
  ])('lists the interactions with %s', (type, definition, name) => {
    const [{ resource, interaction }] = statement['rest'] as [
      { resource: { type: string }[]; interaction: unknown },
    ];
    expect(interaction).toEqual([{ code: 'transaction' }, { code: 'batch' }]);
    expect(resource.filter((one) => one.type === type)).toEqual([
      expect.objectContaining({
        type,
        interaction: [
          'create',
          'read',
          'vread',
          'update',
          'delete',
          'history-instance',
          'history-type',
          'search-type',
        ].map((code) => ({ code })),
        versioning: 'versioned',
        readHistory: true,
        updateCreate: true,
        conditionalCreate: true,
        conditionalUpdate: true,
        conditionalDelete: 'not-supported',
        searchParam: expect.arrayContaining([
          expect.objectContaining({
            name: '_id',
            definition: 'http://hl7.org/fhir/SearchParameter/Resource-id',
          }),
          expect.objectContaining({ name: 'url', definition: `${definition}-url` }),
          expect.objectContaining({ name, definition: `${definition}-${name}` }),
        ]),
        operation: expect.arrayContaining([
          expect.objectContaining({
            name: 'validate',
            definition: 'https://sof.example/fhir/OperationDefinition/validate',
          }),
        ]),
      }),
    ]);
  });

  test('lists $schema for ViewDefinitions only, with a definition of this server', () => {
    expect(JSON.stringify(statement).split('OperationDefinition/schema"')).toHaveLength(2);
    const [schema] = DEFINITION_OPERATIONS.filter(({ code }) => code === '$schema');
    const published = definitionOperationDefinition(schema ?? VALIDATE, server);
    expect(published).toMatchObject({
      url: 'https://sof.example/fhir/OperationDefinition/schema',
      code: 'schema',
      affectsState: false,
      resource: ['ViewDefinition'],
      system: false,
      type: false,
      instance: true,
    });
    expect(published).not.toHaveProperty('base');
  });
});

describe('the CapabilityStatement of a server of Bulk Data', () => {
  const statement = capabilityStatement(
    { ...server, fhirVersion: '4.0.1', allowsOrigins: true },
    ['Observation', 'Patient'],
    BULK_OPERATIONS,
  );
  const guide = 'http://hl7.org/fhir/uv/bulkdata/OperationDefinition';
  const both = (id: string) => [
    { name: 'export', definition: `${guide}/${id}|3.0.0` },
    { name: 'export-v4', definition: `${guide}/${id}|4.0.0` },
  ];

  test('says so, and has the operations of the guide at their levels', () => {
    expect(statement).toMatchObject({
      instantiates: ['http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data'],
      rest: [
        {
          operation: both('export'),
          resource: [
            ...['ViewDefinition', 'Library', 'ValueSet', 'ConceptMap'].map((type) => ({ type })),
            {
              type: 'Group',
              interaction: [{ code: 'read' }, { code: 'search-type' }],
              searchParam: expect.arrayContaining([
                { name: '_id', type: 'token' },
                expect.objectContaining({ name: 'name' }),
              ]),
              operation: both('group-export'),
            },
            {
              type: 'Observation',
              searchParam: expect.arrayContaining([{ name: 'code', type: 'token' }]),
            },
            { type: 'Patient', operation: both('patient-export') },
          ],
        },
      ],
    });
  });
});

describe('an OperationDefinition', () => {
  function parameters(published: Readonly<Record<string, unknown>>, use: string): readonly string[] {
    const { parameter } = published;
    if (!Array.isArray(parameter)) return [];
    const all = parameter as { use: string; name: string; min: number; max: string }[];
    return all.filter((one) => one.use === use).map((one) => `${one.name} ${one.min}..${one.max}`);
  }

  test.each(EXPORT_OPERATIONS.map((operation) => [operation.code, operation] as const))(
    'of %s has an address of its own and the one of the guide as base',
    (_, operation) => {
      expect(operationDefinition(operation, server)).toMatchObject({
        url: `https://sof.example/fhir/OperationDefinition/${operation.id}`,
        base: operation.definition,
        code: operation.code.slice(1),
      });
    },
  );

  test('lists only the parameters that are supported', () => {
    const published = operationDefinition(SQL_EXPORT, server);
    expect(parameters(published, 'in')).toEqual([
      'subject 1..*',
      'context 0..*',
      'clientTrackingId 0..1',
      '_format 0..1',
      'header 0..1',
      'compression 0..1',
      'onMismatch 0..1',
      'partBytes 0..1',
      'partRows 0..1',
      'partitionBy 0..1',
      'tableFormat 0..1',
      'destination 0..1',
      'patient 0..*',
      'group 0..*',
      '_since 0..1',
      'source 0..1',
    ]);
    expect(parameters(published, 'out')).toContain('output 0..*');
    expect(JSON.stringify(published)).not.toMatch(/"_limit"/);
  });

  test.each([
    ['south', 0, 'Default: "south".'],
    [undefined, 1, 'Name one of the sources "north", "south": none of them is the default.'],
  ])('with the default source %s takes a source %d..1 times, and says which', (defaultSource, min, text) => {
    expect(operationDefinition(SQL_EXPORT, { ...server, defaultSource })).toMatchObject({
      parameter: expect.arrayContaining([
        expect.objectContaining({ name: 'source', min, documentation: expect.stringContaining(text) }),
      ]),
    });
  });

  test('says at which levels the operation is', () => {
    expect(operationDefinition(SQL_EXPORT, server)).toMatchObject({
      system: true,
      type: false,
      instance: false,
    });
    expect(operationDefinition(VIEWDEFINITION_EXPORT, server)).toMatchObject({
      resource: ['ViewDefinition'],
      system: true,
      type: true,
      instance: true,
    });
  });
});
