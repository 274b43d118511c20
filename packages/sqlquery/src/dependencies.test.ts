import { expect, test } from '@jest/globals';
import { canonicalText } from '@millrace/fhir';
import type { Resource } from '@millrace/fhir';
import { readContext } from './context.js';
import { resolveDependencies } from './dependencies.js';
import type { ResolvedDependencies } from './dependencies.js';
import type { SqlLibrary } from './library.js';

const system = 'http://hl7.org/fhir/uv/sql-on-fhir/CodeSystem/LibraryTypesCodes';

/** An SQLView with this URL that depends on those. */
function sqlView(url: string, ...needs: readonly string[]): Resource {
  return {
    resourceType: 'Library',
    url,
    type: { coding: [{ system, code: 'sql-view' }] },
    content: [{ contentType: 'application/sql', data: 'U0VMRUNUIDE=' }],
    relatedArtifact: needs.map((resource, at) => ({ type: 'depends-on', resource, label: `t${at}` })),
  };
}

function queryOf(...needs: readonly string[]): SqlLibrary {
  return {
    kind: 'query',
    attachments: [],
    parameters: [],
    dependencies: needs.map((url, at) => ({
      canonical: { url, version: undefined },
      label: `t${at}`,
      expression: `Library.relatedArtifact[${at}]`,
    })),
  };
}

async function resolve(
  libraries: readonly SqlLibrary[],
  stored: readonly Resource[],
  supplied: readonly Resource[] = [],
): Promise<ResolvedDependencies & { readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const context = readContext(supplied.map((resource, at) => ({ expression: `context[${at}]`, resource })));
  const resolved = await resolveDependencies(libraries, context, async (canonical) => {
    asked.push(canonicalText(canonical));
    return stored.find(({ url }) => url === canonical.url);
  });
  return { ...resolved, asked };
}

test('artefacts are found through views, each once, and in the order in which they are needed', async () => {
  const { artefacts, faults, asked } = await resolve(
    [queryOf('urn:v', 'urn:w'), queryOf('urn:w')],
    [
      sqlView('urn:v', 'urn:w', 'urn:p'),
      sqlView('urn:w', 'urn:p'),
      { resourceType: 'ViewDefinition', url: 'urn:p' },
    ],
  );
  expect(faults).toEqual([]);
  expect(artefacts.map(({ canonical, kind }) => `${canonical.url} ${kind}`)).toEqual([
    'urn:v SQLView',
    'urn:w SQLView',
    'urn:p ViewDefinition',
  ]);
  expect(asked).toEqual(['urn:v', 'urn:w', 'urn:p']);
});

test('an artefact of the request is preferred to a stored one, which is not asked for', async () => {
  const { artefacts, asked } = await resolve(
    [queryOf('urn:v')],
    [{ resourceType: 'ViewDefinition', url: 'urn:v', name: 'stored' }],
    [{ resourceType: 'ViewDefinition', url: 'urn:v', name: 'supplied' }],
  );
  expect(artefacts).toMatchObject([{ suppliedAs: 'context[0]', subject: 0, resource: { name: 'supplied' } }]);
  expect(asked).toEqual([]);
});

test.each([
  ['itself', ['urn:v'], [sqlView('urn:v', 'urn:v')], '"urn:v" → "urn:v"'],
  [
    'a view that depends on it, at some distance',
    ['urn:a'],
    [sqlView('urn:a', 'urn:v'), sqlView('urn:v', 'urn:w'), sqlView('urn:w', 'urn:v')],
    '"urn:v" → "urn:w" → "urn:v"',
  ],
])('a view that depends on %s is named with the way round', async (_, needs, stored, way) => {
  const { faults } = await resolve([queryOf(...needs)], stored);
  expect(faults).toEqual([
    { kind: 'cyclic', subject: 0, diagnostics: `SQLViews depend on themselves: ${way}` },
  ]);
});

test('two ways to one view are no cycle', async () => {
  const stored = [sqlView('urn:a', 'urn:c'), sqlView('urn:b', 'urn:c'), sqlView('urn:c')];
  expect((await resolve([queryOf('urn:a', 'urn:b')], stored)).faults).toEqual([]);
});

test('a request that needs too many artefacts is refused before all of them are looked up', async () => {
  const stored = Array.from({ length: 1000 }, (_, at) => sqlView(`urn:v${at}`, `urn:v${at + 1}`));
  const { faults, asked } = await resolve([queryOf('urn:v0')], stored);
  expect(faults).toMatchObject([{ kind: 'too-many', subject: 0 }]);
  expect(asked).toHaveLength(200);
});

test('views that stand on each other over too many levels are refused', async () => {
  const stored = Array.from({ length: 20 }, (_, at) =>
    at === 19 ? sqlView('urn:v19') : sqlView(`urn:v${at}`, `urn:v${at + 1}`),
  );
  const diagnostics = 'SQLViews stand on each other over 17 levels; expected at most 16';
  expect((await resolve([queryOf('urn:v2'), queryOf('urn:v3')], stored)).faults).toEqual([
    { kind: 'too-many', subject: 0, diagnostics },
  ]);
});

test('a view without SQL for the engine is refused', async () => {
  const content = [{ contentType: 'application/sql;dialect=oracle', data: 'U0VMRUNUIDE=' }];
  const { faults } = await resolve([queryOf('urn:v')], [{ ...sqlView('urn:v'), content }]);
  expect(faults).toMatchObject([
    { kind: 'invalid', diagnostics: expect.stringMatching(/^in "urn:v".*oracle/) },
  ]);
});

test('a dependency on another kind of artefact is refused with its kind', async () => {
  const { faults } = await resolve([queryOf('urn:p')], [{ resourceType: 'Patient', url: 'urn:p' }]);
  expect(faults).toMatchObject([{ kind: 'invalid', diagnostics: expect.stringContaining('is a Patient') }]);
});

test('where several versions are stored and none is named, the fault lists them', async () => {
  const { faults } = await resolveDependencies(
    [queryOf('urn:s')],
    readContext([]),
    async () => undefined,
    async () => ['1', ''],
  );
  expect(faults).toEqual([
    {
      kind: 'missing',
      subject: 0,
      canonical: { url: 'urn:s', version: undefined },
      diagnostics:
        'the dependency "urn:s" names no version, and this server has the versions "1", none: name one of them',
    },
  ]);
});
