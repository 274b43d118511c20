import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startAcceptanceServer } from './server.js';
import type { AcceptanceServer } from './server.js';

interface Statement {
  readonly resourceType: string;
  readonly rest: readonly [
    {
      readonly documentation: string;
      readonly operation: readonly { readonly name: string; readonly definition: string }[];
      readonly resource: readonly {
        readonly type: string;
        readonly interaction: readonly { readonly code: string }[];
      }[];
    },
  ];
}

interface Definition {
  readonly resourceType: string;
  readonly url: string;
  readonly base: string;
  readonly parameter: readonly {
    readonly name: string;
    readonly use: string;
    readonly documentation?: string;
    readonly part?: readonly { readonly name: string }[];
  }[];
}

const GUIDE = 'http://hl7.org/fhir/uv/sql-on-fhir/OperationDefinition';

let server: AcceptanceServer;
let statement: Statement;
beforeAll(async () => {
  server = await startAcceptanceServer();
  statement = (await (await fetch(`${server.fhirUrl}/metadata`)).json()) as Statement;
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

describe('the CapabilityStatement', () => {
  test('[cap-1 ops-2] is at metadata', () => {
    expect(statement.resourceType).toBe('CapabilityStatement');
  });

  test.each(['$sql-run', '$sql-export'])('[cap-2] lists %s, with the dollar sign', (code) => {
    expect(statement.rest[0].operation.map(({ name }) => name)).toContain(code);
  });

  test.each(['ViewDefinition', 'Library', 'ValueSet', 'ConceptMap'])(
    '[cap-3] lists what can be done with a %s',
    (stored) => {
      const interaction = statement.rest[0].resource.find(({ type }) => type === stored)?.interaction;
      for (const code of ['create', 'read', 'update', 'delete', 'search-type'])
        expect(interaction).toContainEqual({ code });
    },
  );

  test.each(['ndjson', 'csv', 'json', 'parquet', 'fhir'])(
    '[com-1 exp-5 run-3] declares the format %s',
    (format) => {
      expect(statement.rest[0].documentation).toContain(`${format} (`);
    },
  );

  test('[com-6] says which formats of runs come in a Binary resource', () => {
    expect(statement.rest[0].documentation).toMatch(
      /csv and json as a Binary resource .* ndjson and parquet/,
    );
  });

  test.each(['$sqlquery-run', '$sqlquery-export', '$viewdefinition-run', '$viewdefinition-export'])(
    '[cap-2 cap-5] lists %s, which the guide replaced',
    (code) => {
      expect(statement.rest[0].operation.map(({ name }) => name)).toContain(code);
    },
  );
});

test('[cap-4 cap-5] each operation has a definition here, which is based on that of the guide', async () => {
  // Those of Bulk Data have no dollar sign, and cite the definitions of their own guide.
  for (const { definition } of statement.rest[0].operation.filter(({ name }) => name.startsWith('$'))) {
    const published = (await (await fetch(definition)).json()) as Definition;
    expect(published.resourceType).toBe('OperationDefinition');
    expect(published.url).toBe(definition);
    expect(published.base.startsWith(`${GUIDE}/`)).toBe(true);
  }
});

test('[com-13 com-17] what a filter by time and a limit leave out is written in the definitions', async () => {
  const ofTheGuide = statement.rest[0].operation.filter(({ name }) => name.startsWith('$'));
  expect(ofTheGuide.length).toBeGreaterThan(3);
  for (const { name, definition } of ofTheGuide) {
    const { parameter } = (await (await fetch(definition)).json()) as Definition;
    const textOf = (wanted: string) => parameter.find((one) => one.name === wanted)?.documentation;
    expect(textOf('_since')).toMatch(/joined a group later/);
    if (name.endsWith('-run')) expect(textOf('_limit')).toMatch(/after this many rows/);
  }
});

test('[cap-5] the definition of exports lists no parameter that leads nowhere', async () => {
  const definition = statement.rest[0].operation.find(({ name }) => name === '$sql-export')?.definition ?? '';
  const { parameter } = (await (await fetch(definition)).json()) as Definition;
  const given = parameter.filter(({ use }) => use === 'in');
  expect(given.map(({ name }) => name)).toEqual([
    'subject',
    'context',
    'clientTrackingId',
    '_format',
    'header',
    'compression',
    'onMismatch',
    'partBytes',
    'partRows',
    'partitionBy',
    'tableFormat',
    'destination',
    'patient',
    'group',
    '_since',
    'source',
  ]);
  expect(given[0]?.part?.map(({ name }) => name)).toEqual([
    'name',
    'subjectCanonical',
    'subjectReference',
    'subjectResource',
    'parameters',
  ]);
});
