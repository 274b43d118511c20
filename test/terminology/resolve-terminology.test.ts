import { describe, expect, test } from '@jest/globals';
import { parseCanonical } from '@millrace/fhir';
import type { Resource } from '@millrace/fhir';
import { resolveTerminology } from '@millrace/sqlquery';
import type { ResolvedTerminology, TerminologyLeaf } from '@millrace/sqlquery';
import { createHttpTerminologyServer } from '@millrace/sqlquery/http-terminology-server';
import { startTxTestServer } from '@millrace/tx-test-server';
import type { TxTestServer } from '@millrace/tx-test-server';

const system = 'urn:test:colours';
const coded = (...codes: readonly string[]) => codes.map((code) => ({ system, code }));
const url = 'urn:test:vs';
const expanded = (contains: readonly object[], more: object = {}): Resource => ({
  resourceType: 'ValueSet',
  url,
  version: '1',
  expansion: { contains, ...more },
});
const composed = {
  resourceType: 'ValueSet',
  url,
  compose: { include: [{ system, concept: [{ code: 'red' }] }] },
};
const conceptMap = (version: string, more: object = {}): Resource => ({
  resourceType: 'ConceptMap',
  url: 'urn:test:map',
  version,
  group: [{ source: `${system}|2`, target: 'urn:test:paints|7', element: [{ code: 'red', noMap: true }] }],
  ...more,
});

interface Given {
  readonly server?: TxTestServer;
  readonly versions?: readonly string[];
  readonly mostRows?: number;
  readonly mostRowsTogether?: number;
}

const leaf = (canonical: string, resource?: Resource, suppliedAs?: string): TerminologyLeaf => ({
  canonical: parseCanonical(canonical) ?? { url: canonical, version: undefined },
  subject: 0,
  resource,
  suppliedAs,
});

function resolve(
  leaves: readonly TerminologyLeaf[],
  { server, versions = [], mostRows = 100, mostRowsTogether = 10_000 }: Given = {},
): Promise<ResolvedTerminology> {
  const limits = { requestMs: 20_000, mostBytes: 1 << 24 };
  return resolveTerminology(
    leaves,
    {
      server: server && createHttpTerminologyServer(server.base, limits),
      versionsOf: async () => versions,
      mostRows,
      mostRowsTogether,
    },
    new AbortController().signal,
  );
}

function codes({ relations }: ResolvedTerminology, at = 0): unknown {
  return relations[at]?.rows.map((row) => row[2]);
}

describe('an artefact in hand', () => {
  test('is used with the expansion that it has, and no server is asked', async () => {
    await using server = await startTxTestServer();
    const parameter = [{ name: 'system-version', valueUri: 'urn:test:colours|2026' }];
    const stored = expanded(coded('red'), { identifier: 'urn:uuid:1', timestamp: '2026-01-01', parameter });
    const map = conceptMap('3');
    const resolved = await resolve([leaf(url, stored, 'context[0]'), leaf('urn:test:map|3', map)], {
      server,
    });
    expect(resolved.faults).toEqual([]);
    expect(resolved.relations.map(({ rows, provenance }) => ({ rows, provenance }))).toEqual([
      {
        rows: [[system, null, 'red', null, null]],
        provenance: {
          kind: 'ValueSet',
          canonical: url,
          url,
          version: '1',
          source: 'context',
          rows: 1,
          expansion: {
            identifier: 'urn:uuid:1',
            timestamp: '2026-01-01',
            parameters: [{ name: 'system-version', value: 'urn:test:colours|2026' }],
          },
        },
      },
      {
        rows: [[system, '2', 'red', null, 'urn:test:paints', '7', null, null, null]],
        provenance: {
          kind: 'ConceptMap',
          canonical: 'urn:test:map|3',
          url: 'urn:test:map',
          version: '3',
          source: 'stored',
          rows: 1,
        },
      },
    ]);
    expect(server.requests).toEqual([]);
  });

  test('is given to the server where it says only how it is composed', async () => {
    await using server = await startTxTestServer();
    const resolved = await resolve([leaf(url, composed)], { server });
    expect(codes(resolved)).toEqual(['red']);
    expect(resolved.relations[0]?.provenance).toMatchObject({
      source: 'stored',
      server: server.base,
      expansion: { parameters: [{ name: 'used-codesystem', value: 'urn:test:colours|2026' }] },
    });
    expect(server.requests).toEqual(['POST /fhir/ValueSet/$expand']);
  });

  test.each<[string, Resource, RegExp]>([
    ['an expansion that is a later page', expanded(coded('red'), { offset: 1 }), /offset 1/],
    ['an expansion that has not all members', expanded(coded('red'), { total: 2 }), /1 entries of 2/],
    ['more rows than are read', expanded(coded('red', 'green', 'blue')), /more than 2 rows/],
    ['a member whose code is no text', expanded([{ system, code: 7 }]), /contains\[0\].code is a number/],
    ['no expansion, where there is no server', composed, /no expansion/],
    [
      'a map of R4',
      conceptMap('1', {
        group: [{ source: 's', element: [{ code: 'a', target: [{ code: 'b', equivalence: 'equal' }] }] }],
      }),
      /equivalence/,
    ],
    [
      'a group without source',
      conceptMap('1', { group: [{ source: '|1', element: [{ code: 'a', noMap: true }] }] }),
      /no URL/,
    ],
  ])('is refused with %s', async (_, resource, why) => {
    const { relations, faults } = await resolve([leaf(url, resource, 'context[4]')], { mostRows: 2 });
    expect(relations).toEqual([]);
    expect(faults).toEqual([
      { kind: 'unusable', subject: 0, suppliedAs: 'context[4]', diagnostics: expect.stringMatching(why) },
    ]);
  });

  test('is refused, and not missing, where the server does not know its code systems', async () => {
    await using server = await startTxTestServer();
    const valueSet = { ...composed, compose: { include: [{ system: 'urn:test:absent' }] } };
    const { faults } = await resolve([leaf(url, valueSet)], { server });
    expect(faults).toMatchObject([{ kind: 'unusable' }]);
  });

  test('shares the room for rows with the others of a request', async () => {
    const leaves = ['a', 'b'].map((name) => leaf(name, expanded(coded('red', 'green'))));
    const { relations, faults } = await resolve(leaves, { mostRowsTogether: 3 });
    expect(relations).toHaveLength(1);
    expect(faults).toMatchObject([
      { kind: 'unusable', diagnostics: expect.stringMatching(/"b".*more than 1 rows/) },
    ]);
  });
});

describe('an artefact that is not in hand', () => {
  const many = Array.from({ length: 2500 }, (_, at) => `c${at}`);
  const known = expanded(coded(...many));

  test.each([
    ['up to the total', { tellsTotal: true, pageCap: 1000 }, 3],
    ['in pages that are shorter than asked', { tellsTotal: false, pageCap: 700 }, 5],
    ['from a server without pages', { tellsTotal: false, ignoresPages: true }, 2],
  ])('is read %s', async (_, terms, requests) => {
    await using server = await startTxTestServer({ valueSets: [known], ...terms });
    const resolved = await resolve([leaf(`${url}|1`)], { server, mostRows: 2500 });
    expect(codes(resolved)).toEqual(many);
    expect(resolved.relations[0]?.provenance).toMatchObject({
      source: 'terminology-server',
      server: server.base,
      version: '1',
      expansion: { identifier: expect.any(String), timestamp: expect.any(String) },
    });
    expect(server.requests).toHaveLength(requests);
    expect(server.requests[0]).toContain('valueSetVersion=1');
  });

  test('is refused above the cap before its last page is read', async () => {
    await using server = await startTxTestServer({ valueSets: [known] });
    const { faults } = await resolve([leaf(url)], { server, mostRows: 1500 });
    expect(faults).toMatchObject([
      { kind: 'unusable', diagnostics: expect.stringMatching(/more than 1500 rows/) },
    ]);
    expect(server.requests).toHaveLength(2);
  });

  test('is a concept map where the server knows no such value set', async () => {
    await using server = await startTxTestServer({ conceptMaps: [conceptMap('1'), conceptMap('2')] });
    const resolved = await resolve([leaf('urn:test:map|2')], { server });
    expect(resolved.relations).toMatchObject([
      { kind: 'ConceptMap', rows: [expect.anything()], provenance: { version: '2', server: server.base } },
    ]);
    expect(server.requests.map((one) => one.replace(/\?.*/, ''))).toEqual([
      'GET /fhir/ValueSet/$expand',
      'GET /fhir/ConceptMap',
    ]);
  });

  test('in two pinned versions is two relations', async () => {
    const second = { ...expanded(coded('green')), version: '2' };
    await using server = await startTxTestServer({ valueSets: [expanded(coded('red')), second] });
    const resolved = await resolve([leaf(`${url}|1`), leaf(`${url}|2`)], { server });
    expect([codes(resolved, 0), codes(resolved, 1)]).toEqual([['red'], ['green']]);
  });

  test.each([
    [
      'nobody knows it',
      {},
      [],
      leaf('urn:x'),
      /neither in the request nor on this server nor on the terminology server/,
    ],
    ['this server has it in other versions', {}, ['1'], leaf('urn:x|2'), /this server has the versions "1"/],
    ['this server has several versions', {}, ['1', ''], leaf('urn:x'), /the versions "1", none: name one/],
    [
      'the terminology server has several versions',
      { conceptMaps: [conceptMap('1'), conceptMap('2')] },
      [],
      leaf('urn:test:map'),
      /the terminology server has the versions "1", "2": name one/,
    ],
    [
      'it has only one whose URL begins so',
      { conceptMaps: [conceptMap('1')] },
      [],
      leaf('urn:test:ma'),
      /nor on the terminology server/,
    ],
  ])('is missing where %s', async (_, content, versions, asked, why) => {
    await using server = await startTxTestServer(content);
    const { faults } = await resolve([asked], { server, versions });
    expect(faults).toEqual([{ kind: 'missing', subject: 0, diagnostics: expect.stringMatching(why) }]);
  });

  test.each([
    ['fails', { kind: 'refuse', status: 500, code: 'exception' }, /answered with 500 \(exception\)/],
    ['refuses', { kind: 'refuse', status: 422, code: 'too-costly' }, /answered with 422/],
    [
      'answers another value set',
      { kind: 'text', text: JSON.stringify({ ...expanded([]), url: 'urn:test:another' }) },
      /another ValueSet/,
    ],
    ['answers no expansion', { kind: 'text', text: '{"resourceType":"ValueSet"}' }, /without expansion/],
    [
      'gives fewer entries than it says',
      { kind: 'text', text: JSON.stringify(expanded([], { total: 1 })) },
      /0 entries of 1/,
    ],
  ] as const)('is refused where the server %s', async (_, disturbance, why) => {
    await using server = await startTxTestServer({ valueSets: [known] });
    server.disturb(disturbance);
    const { faults } = await resolve([leaf(url)], { server, mostRows: 5000 });
    expect(faults).toEqual([{ kind: 'unusable', subject: 0, diagnostics: expect.stringMatching(why) }]);
  });

  test('is refused where it changes while its pages are read, and where pages come again', async () => {
    await using server = await startTxTestServer({ valueSets: [known], tellsTotal: false });
    const page = (more: object) =>
      ({ kind: 'text', text: JSON.stringify(expanded(coded(...many.slice(0, 1000)), more)) }) as const;
    server.disturb(page({ total: 2500 }));
    expect((await resolve([leaf(url)], { server, mostRows: 5000 })).faults).toMatchObject([
      { diagnostics: expect.stringMatching(/changed it while its pages were read/) },
    ]);
    server.disturb(page({}));
    server.disturb(page({}));
    expect((await resolve([leaf(url)], { server, mostRows: 5000 })).faults).toMatchObject([
      { diagnostics: expect.stringMatching(/the same page again/) },
    ]);
  });
});
