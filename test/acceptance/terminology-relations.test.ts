import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTerminology } from '@millrace/api-service';
import type { EncodedRelation } from '@millrace/api-service';
import { parseCanonical } from '@millrace/fhir';
import type { Resource } from '@millrace/fhir';
import { startTxTestServer } from '@millrace/tx-test-server';
import type { TxTestServer } from '@millrace/tx-test-server';

const S = 'urn:test:system';
const VS = 'http://x.org/vs';
const CM = 'http://x.org/cm';

const valueSet = (contains: readonly object[], more: object = {}): Resource => ({
  resourceType: 'ValueSet',
  url: VS,
  version: '3',
  expansion: { contains },
  ...more,
});
const conceptMap = (group: readonly object[]): Resource => ({
  resourceType: 'ConceptMap',
  url: CM,
  version: '4',
  group,
});
const equivalent = (code: string, more: object = {}) => ({ code, relationship: 'equivalent', ...more });

let folder: string;
let instance: DuckDBInstance;
let sql: DuckDBConnection;
let tx: TxTestServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-terminology-'));
  instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  sql = await instance.connect();
  const compose = { include: [{ system: S, concept: [{ code: 'from the server' }] }] };
  tx = await startTxTestServer({ valueSets: [{ resourceType: 'ValueSet', url: VS, version: '3', compose }] });
});
afterAll(async () => {
  sql.closeSync();
  instance.closeSync();
  await tx.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The relations of these artefacts, as a kick-off makes and stores them. */
async function relationsOf(...asked: readonly (Resource | string)[]): Promise<readonly EncodedRelation[]> {
  const settings = {
    server: tx.base,
    authorizationFile: undefined,
    answers: { requestMs: 20_000, mostBytes: 1 << 20 },
    timeoutMs: 60_000,
    limits: { mostRows: 1000, mostRowsTogether: 1000 },
    gate: { atOnce: 1, mostWaiting: 1, patienceMs: 60_000 },
  };
  const resolve = createTerminology(settings, { terminologyResolved: () => undefined })({
    tenant: 'default',
    versionsOf: () => Promise.resolve([]),
    findExternal: () => Promise.resolve(undefined),
  });
  const { relations, faults } = await resolve(
    asked.map((one, at) => {
      const text = typeof one === 'string' ? one : String(one['url']);
      const canonical = parseCanonical(text) ?? { url: text, version: undefined };
      const resource = typeof one === 'string' ? undefined : one;
      return { canonical, subject: 0, resource, suppliedAs: resource && `context[${at}]` };
    }),
  );
  expect(faults).toEqual([]);
  return relations.filter((one) => one.kind !== 'external');
}

/** The rows of a query over the one relation `t`, each as a list. */
async function select(asked: Resource | string, query: string): Promise<readonly unknown[]> {
  const [relation] = await relationsOf(asked);
  if (relation === undefined) throw new Error('there is no relation');
  const path = join(folder, 't.parquet');
  await writeFile(path, relation.parquet);
  await sql.run(`CREATE OR REPLACE VIEW t AS SELECT * FROM read_parquet('${path}')`);
  return (await sql.runAndReadAll(query)).getRows();
}

const columnsOf = (asked: Resource) => select(asked, 'SELECT column_name, column_type FROM (DESCRIBE t)');

describe('the relation of a value set', () => {
  test('[term-4 term-5] has five columns, four of text and one of booleans, also without rows', async () => {
    const columns = [
      ['system', 'VARCHAR'],
      ['version', 'VARCHAR'],
      ['code', 'VARCHAR'],
      ['display', 'VARCHAR'],
      ['inactive', 'BOOLEAN'],
    ];
    expect(await columnsOf(valueSet([]))).toEqual(columns);
    expect(await columnsOf(valueSet([{ system: S, code: 'a' }]))).toEqual(columns);
    expect(await select(valueSet([{ system: S }, { code: 'a' }]), 'SELECT * FROM t')).toEqual([]);
  });

  test('[term-7 term-8] has a row for each member of any depth, once, and none for an abstract entry', async () => {
    const contains = [
      { system: S, version: '1', code: 'a', display: 'A', inactive: true },
      { system: S, code: 'a', contains: [{ system: S, code: 'a', display: 'again' }] },
      { system: S, code: 'group', abstract: true, contains: [{ system: S, code: 'b', inactive: false }] },
    ];
    expect(await select(valueSet(contains), 'SELECT * FROM t ORDER BY code, version NULLS LAST')).toEqual([
      [S, '1', 'a', 'A', true],
      [S, null, 'a', null, null],
      [S, null, 'b', null, false],
    ]);
  });

  test('[term-23] comes from the expansion that is supplied, and nobody is asked', async () => {
    const before = tx.requests.length;
    const compose = { include: [{ system: S, concept: [{ code: 'composed' }] }] };
    const supplied = valueSet([{ system: S, code: 'supplied' }], { compose });
    expect(await select(supplied, 'SELECT code FROM t')).toEqual([['supplied']]);
    expect(tx.requests).toHaveLength(before);
    expect(await select(`${VS}|3`, 'SELECT code FROM t')).toEqual([['from the server']]);
  });

  test('[term-21] says where it came from', async () => {
    const parameter = [{ name: 'used-codesystem', valueUri: `${S}|2026` }];
    const expansion = { identifier: 'urn:uuid:1', timestamp: '2026-11-30', parameter, contains: [] };
    const [supplied, fetched] = await relationsOf(valueSet([], { expansion }), `${VS}|3`);
    expect(supplied?.provenance).toEqual({
      kind: 'ValueSet',
      canonical: VS,
      url: VS,
      version: '3',
      source: 'context',
      rows: 0,
      expansion: {
        identifier: 'urn:uuid:1',
        timestamp: '2026-11-30',
        parameters: [{ name: 'used-codesystem', value: `${S}|2026` }],
      },
    });
    expect(fetched?.provenance).toMatchObject({
      canonical: `${VS}|3`,
      version: '3',
      source: 'terminology-server',
      server: tx.base,
      rows: 1,
    });
  });
});

describe('the relation of a concept map', () => {
  test('[term-10 term-11] has nine columns of text, also without rows', async () => {
    const names =
      'source_system source_version source_code source_display target_system target_version target_code target_display relationship'.split(
        ' ',
      );
    expect(await columnsOf(conceptMap([]))).toEqual(names.map((name) => [name, 'VARCHAR']));
  });

  test('[term-13 term-14] has a row for each target, and for each code that is mapped to nothing', async () => {
    const map = conceptMap([
      {
        source: `${S}|1`,
        target: 'urn:t|2|x',
        element: [
          { code: 'a', display: 'A', target: [equivalent('x', { display: 'X' })] },
          { code: 'b', noMap: true },
        ],
      },
    ]);
    expect(await select(map, 'SELECT * FROM t ORDER BY source_code')).toEqual([
      [S, '1', 'a', 'A', 'urn:t', '2|x', 'x', 'X', 'equivalent'],
      [S, '1', 'b', null, 'urn:t', '2|x', null, null, null],
    ]);
  });

  test('[term-15] has no row twice that differs in nothing but displays', async () => {
    const target = [
      equivalent('x', { display: 'X' }),
      equivalent('x'),
      { code: 'x', relationship: 'related-to' },
    ];
    const map = conceptMap([{ source: S, element: [{ code: 'a', target }] }]);
    expect(await select(map, 'SELECT relationship, target_display FROM t ORDER BY 1')).toEqual([
      ['equivalent', 'X'],
      ['related-to', null],
    ]);
  });

  test('[term-17] has nothing of what is done about codes that it does not map', async () => {
    const unmapped = { mode: 'fixed', code: 'other' };
    expect(await select(conceptMap([{ source: S, unmapped, element: [] }]), 'SELECT * FROM t')).toEqual([]);
  });

  test('[term-22] says where it came from', async () => {
    const [relation] = await relationsOf(conceptMap([]));
    expect(relation?.provenance).toEqual({
      kind: 'ConceptMap',
      canonical: CM,
      url: CM,
      version: '4',
      source: 'context',
      rows: 0,
    });
  });
});
