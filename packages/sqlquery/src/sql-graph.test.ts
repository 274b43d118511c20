import { expect, test } from '@jest/globals';
import type { Resource } from '@millrace/fhir';
import { readContext } from './context.js';
import { resolveDependencies } from './dependencies.js';
import { readLibrary } from './read-library.js';
import { sqlGraph } from './sql-graph.js';
import type { SqlGraph } from './sql-graph.js';

const system = 'http://hl7.org/fhir/uv/sql-on-fhir/CodeSystem/LibraryTypesCodes';

function sqlLibrary(
  code: 'sql-query' | 'sql-view',
  url: string,
  needs: Readonly<Record<string, string>>,
): Resource {
  return {
    resourceType: 'Library',
    url,
    type: { coding: [{ system, code }] },
    content: [{ contentType: 'application/sql', data: Buffer.from(`SELECT '${url}'`).toString('base64') }],
    relatedArtifact: Object.entries(needs).map(([label, resource]) => ({
      type: 'depends-on',
      resource,
      label,
    })),
  };
}
const query = (needs: Readonly<Record<string, string>>) => sqlLibrary('sql-query', 'urn:q', needs);
const view = (url: string, needs: Readonly<Record<string, string>>) => sqlLibrary('sql-view', url, needs);
const table = (url: string, version?: string): Resource => ({
  resourceType: 'ViewDefinition',
  url,
  ...(version === undefined ? {} : { version }),
});

async function graphOf(queries: readonly Resource[], stored: readonly Resource[]): Promise<SqlGraph> {
  const libraries = queries.map((resource) => {
    const read = readLibrary(resource, 'query');
    return read.kind === 'library' ? read.library : undefined;
  });
  const { artefacts } = await resolveDependencies(libraries, readContext([]), async ({ url, version }) =>
    stored.find((one) => one.url === url && (version === undefined || one['version'] === version)),
  );
  return sqlGraph(libraries, artefacts);
}

test('each relation is there once, behind those that it stands on, under the labels of each statement', async () => {
  const { tables, views, queries } = await graphOf(
    [query({ a: 'urn:v', p: 'urn:p' }), query({ x: 'urn:w' })],
    [
      view('urn:v', { q: 'urn:w', p: 'urn:r' }),
      view('urn:w', { p: 'urn:p' }),
      table('urn:p'),
      table('urn:r'),
    ],
  );
  expect(tables.map(({ id, canonical }) => [id, canonical])).toEqual([
    ['r1', 'urn:p'],
    ['r2', 'urn:r'],
  ]);
  expect(views).toMatchObject([
    { id: 'v1', canonical: 'urn:w', names: { p: 'r1' }, sql: "SELECT 'urn:w'" },
    { id: 'v2', canonical: 'urn:v', names: { q: 'v1', p: 'r2' } },
  ]);
  expect(queries.map((one) => one?.names)).toEqual([{ a: 'v2', p: 'r1' }, { x: 'v1' }]);
});

test('a pinned and an unpinned canonical URL of one artefact are one relation, two versions are two', async () => {
  const { tables, queries } = await graphOf(
    [query({ a: 'urn:p', b: 'urn:p|2', c: 'urn:p|1' })],
    [table('urn:p', '2'), table('urn:p', '1')],
  );
  expect(tables.map(({ canonical }) => canonical)).toEqual(['urn:p|2', 'urn:p|1']);
  expect(queries[0]?.names).toEqual({ a: 'r1', b: 'r1', c: 'r2' });
});

test('a query that stands on something absent or on a circle has no statement, and others have', async () => {
  const { queries } = await graphOf(
    [query({ a: 'urn:v' }), query({ p: 'urn:p' }), query({ c: 'urn:c' })],
    [
      view('urn:v', { gone: 'urn:gone' }),
      table('urn:p'),
      view('urn:c', { d: 'urn:d' }),
      view('urn:d', { c: 'urn:c' }),
    ],
  );
  expect(queries.map((one) => one !== undefined)).toEqual([false, true, false]);
});
