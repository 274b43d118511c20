import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTxTestServer } from '@millrace/tx-test-server';
import type { TxTestServer } from '@millrace/tx-test-server';
import { download, rowsIn } from '../e2e/wire.js';
import type { Parameters } from '../e2e/wire.js';
import { accepted, dependsOn, format, outputName, post, query, subject, view } from './requests.js';
import { startAcceptanceServer } from './server.js';
import type { AcceptanceServer } from './server.js';

const S = 'urn:test:ids';
const VS = 'http://x.org/terminology/vs';
const CM = 'http://x.org/terminology/cm';
const PATIENTS = 'http://x.org/terminology/patients';
const EXTERNAL = 'http://x.org/terminology/external';

const coded = (...codes: readonly string[]) => codes.map((code) => ({ system: S, code }));
const valueSet = (fields: object) => ({ resourceType: 'ValueSet', status: 'active', url: VS, ...fields });
const map = (...targets: readonly [from: string, to: string | undefined][]) => ({
  resourceType: 'ConceptMap',
  status: 'active',
  url: CM,
  version: '2',
  group: [
    {
      source: S,
      target: 'urn:test:names',
      element: targets.map(([code, to]) =>
        to === undefined
          ? { code, noMap: true }
          : { code, target: [{ code: to, relationship: 'equivalent' }] },
      ),
    },
  ],
});
const patients = {
  ...view({ url: PATIENTS, name: 'patients' }),
  select: [{ column: [{ name: 'id', path: 'id' }] }],
};
const context = (resource: object) => ({ name: 'context', resource });

/** An SQLQuery over the patients `p` and what else it depends on. */
function asked(sql: string, ...more: readonly (readonly [canonical: string, label: string])[]): object {
  const data = Buffer.from(sql).toString('base64');
  return query({
    content: [{ contentType: 'application/sql', data }],
    relatedArtifact: [[PATIENTS, 'p'] as const, ...more].map(([url, label]) => dependsOn(url, label)),
  });
}

let folder: string;
let tx: TxTestServer;
let server: AcceptanceServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-terminology-'));
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  await connection.run(
    `COPY (SELECT 'a' AS id, DATE '2026-01-01' AS seen) TO '${join(folder, '1.parquet')}' (FORMAT parquet)`,
  );
  connection.closeSync();
  instance.closeSync();
  const tables = join(folder, 'tables.json');
  await writeFile(tables, JSON.stringify([{ canonical: EXTERNAL, place: folder }]));
  const compose = { include: [{ system: S, concept: [{ code: 'b' }, { code: 'c' }] }] };
  tx = await startTxTestServer({ valueSets: [valueSet({ version: '7', compose })], pageCap: 1 });
  const environment = { TERMINOLOGY_SERVER: tx.base, EXTERNAL_TABLES_FILE: tables };
  server = await startAcceptanceServer({ environment });
}, 120_000);
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await tx?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function rowsOf(...parameters: readonly object[]): Promise<ReadonlyMap<string, readonly unknown[]>> {
  const status = await accepted(await post(server.fhirUrl, parameters));
  const { outputs } = await download(status);
  return new Map([...outputs].map(([name, files]) => [name, rowsIn(files)]));
}

/** The values of the extensions in which results tell of the terminology of each output. */
function toldOf({ parameter }: Parameters): unknown {
  const outputs = parameter.filter(({ name }) => name === 'output') as readonly {
    readonly extension?: readonly {
      readonly url: string;
      readonly extension: readonly Readonly<Record<string, unknown>>[];
    }[];
  }[];
  return outputs.map(({ extension = [] }) =>
    extension
      .filter(({ url }) => url.endsWith(':terminology'))
      .map((one) =>
        Object.fromEntries(one.extension.map(({ url, ...value }) => [String(url), Object.values(value)[0]])),
      ),
  );
}

test('[term-19] all subjects of a job see one content, which supplied artefacts give', async () => {
  const translated =
    'SELECT p.id, cm.target_code AS name FROM p LEFT JOIN cm ON cm.source_code = p.id ORDER BY p.id';
  const rows = await rowsOf(
    subject(asked(translated, [CM, 'cm']), outputName('names')),
    subject(asked('SELECT count(*) AS n FROM cm', [CM, 'cm']), outputName('count')),
    context(patients),
    context(map(['a', 'Anna'], ['b', undefined])),
  );
  expect(rows.get('names')).toEqual([
    { id: 'a', name: 'Anna' },
    { id: 'b', name: null },
    { id: 'c', name: null },
  ]);
  expect(rows.get('count')).toEqual([{ n: 2 }]);
});

test('[term-4 term-8] members are found by EXISTS as by a list, from a terminology server to its last page', async () => {
  const before = tx.requests.length;
  const member = 'SELECT id FROM p WHERE EXISTS (SELECT 1 FROM vs WHERE vs.code = p.id) ORDER BY id';
  const rows = await rowsOf(
    subject(asked(member, [`${VS}|7`, 'vs']), outputName('exists')),
    subject(asked("SELECT id FROM p WHERE id IN ('b', 'c') ORDER BY id"), outputName('list')),
    context(patients),
  );
  expect(rows.get('exists')).toEqual([{ id: 'b' }, { id: 'c' }]);
  expect(rows.get('list')).toEqual(rows.get('exists'));
  expect(tx.requests.slice(before).map((one) => one.replace(/\?.*/, ''))).toEqual([
    'GET /fhir/ValueSet/$expand',
    'GET /fhir/ValueSet/$expand',
  ]);
});

test('[term-21 term-22 term-23] a result tells what a supplied expansion and map were, and nobody was asked', async () => {
  const before = tx.requests.length;
  const expansion = { identifier: 'urn:uuid:1', contains: coded('a') };
  const sql = 'SELECT id FROM p JOIN vs ON vs.code = p.id JOIN cm ON cm.source_code = p.id';
  const status = await accepted(
    await post(server.fhirUrl, [
      subject(asked(sql, [VS, 'vs'], [CM, 'cm']), outputName('q')),
      context(patients),
      context(valueSet({ version: '3', expansion })),
      context(map(['a', 'Anna'])),
      format('ndjson'),
    ]),
  );
  const { manifest, outputs } = await download(status);
  expect(rowsIn(outputs.get('q'))).toEqual([{ id: 'a' }]);
  expect(toldOf(manifest)).toEqual([
    [
      {
        canonical: VS,
        kind: 'ValueSet',
        source: 'context',
        rows: 1,
        url: VS,
        version: '3',
        expansion: [{ url: 'identifier', valueUri: 'urn:uuid:1' }],
      },
      { canonical: CM, kind: 'ConceptMap', source: 'context', rows: 1, url: CM, version: '2' },
    ],
  ]);
  expect(tx.requests).toHaveLength(before);
});

test('tables that the operator names are joined with views', async () => {
  const sql = 'SELECT p.id, e.seen FROM p LEFT JOIN e ON e.id = p.id ORDER BY p.id';
  const rows = await rowsOf(subject(asked(sql, [EXTERNAL, 'e']), outputName('q')), context(patients));
  expect(rows.get('q')).toEqual([
    { id: 'a', seen: '2026-01-01' },
    { id: 'b', seen: null },
    { id: 'c', seen: null },
  ]);
});

test('[term-20] a dependency that the terminology server fails to give refuses the kick-off, and names it', async () => {
  tx.disturb({ kind: 'refuse', status: 500, code: 'exception' });
  const response = await post(server.fhirUrl, [
    subject(asked('SELECT code FROM vs', [VS, 'vs'])),
    context(patients),
  ]);
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({
    issue: [
      {
        code: 'processing',
        diagnostics: expect.stringMatching(/terminology\/vs".*answered with 500 \(exception\)/),
      },
    ],
  });
});
