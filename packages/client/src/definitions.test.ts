import { describe, expect, test } from '@jest/globals';
import { connect } from './index.js';
import { answerJson, startAnswering } from './testing/answering-server.js';
import { createVirtualClock } from './testing/virtual-clock.js';

const view = { resourceType: 'ViewDefinition', resource: 'Patient', select: [] } as const;
const outcome = {
  resourceType: 'OperationOutcome',
  issue: [{ severity: 'information', code: 'informational', diagnostics: 'x' }],
};

describe('definitions', () => {
  test('keep the digits of decimals that JavaScript would lose', async () => {
    const text = '{"resourceType":"ViewDefinition","id":"a","constant":[{"name":"c","valueDecimal":1.50}]}';
    await using server = await startAnswering((_, response) => {
      response.writeHead(200, { 'content-type': 'application/fhir+json' }).end(text);
    });
    const { definitions } = connect(server.origin);
    await definitions.update(await definitions.read('ViewDefinition', 'a'));
    expect(server.asked[1]?.body).toBe(text);
  });

  test.each([
    ['ViewDefinition', '../Patient'],
    ['ViewDefinition', '..'],
    ['ViewDefinition', ''],
    ['$sql-run', 'a'],
    ['a/b', 'a'],
  ])('%s/%s is sent nowhere', async (type, id) => {
    await using server = await startAnswering((_, response) => response.end());
    const { definitions } = connect(server.origin);
    await expect(async () => definitions.delete(type, id)).rejects.toMatchObject({ name: 'TypeError' });
    expect(server.asked).toEqual([]);
  });

  test('are found page by page; what only tells of the search is left out', async () => {
    await using server = await startAnswering(({ path }, response) => {
      const isFirst = path.startsWith('/fhir/ViewDefinition?');
      answerJson(response, 200, {
        resourceType: 'Bundle',
        link: isFirst ? [{ relation: 'next', url: 'ViewDefinition/_page?2' }] : [],
        entry: [
          { resource: { ...view, id: isFirst ? 'a' : 'b' }, search: { mode: 'match' } },
          { resource: outcome, search: { mode: 'outcome' } },
          { resource: { resourceType: 'Library', id: 'l' }, search: { mode: 'include' } },
        ],
      });
    });
    const ids: string[] = [];
    const query = { name: ['a,b', 'c'], status: 'active,draft' };
    for await (const { id } of connect(`${server.origin}/fhir`).definitions.search('ViewDefinition', query))
      ids.push(id);
    expect(ids).toEqual(['a', 'b']);
    expect(new URL(server.asked[0]?.path ?? '', server.origin).search).toBe(
      '?name=a%5C%2Cb%2Cc&status=active%2Cdraft',
    );
  });

  test.each([
    ['a page of another origin', 'http://198.51.100.7/fhir?page=2', 'a next page at'],
    ['a page before it', '/fhir/ViewDefinition', 'a page before it'],
    ['no web page', 'file:///etc/passwd', 'a next page at'],
  ])('are not looked for on %s', async (_, url, said) => {
    await using server = await startAnswering((__, response) =>
      answerJson(response, 200, { resourceType: 'Bundle', link: [{ relation: 'next', url }] }),
    );
    const found = connect(`${server.origin}/fhir`).definitions.search('ViewDefinition');
    await expect(found.next()).rejects.toThrow(said);
  });

  test.each(['<html>', '', '[]', '{"resourceType":"Patient","id":"a"}', '{"resourceType":"Bundle"'])(
    'are not %j',
    async (body) => {
      await using server = await startAnswering((_, response) => {
        response.writeHead(200, { 'content-type': 'text/html' }).end(body);
      });
      const { definitions } = connect(server.origin);
      await expect(definitions.read('ViewDefinition', 'a')).rejects.toMatchObject({
        name: 'UnexpectedAnswerError',
      });
    },
  );

  test('are created under a condition, which lets a broken request be sent again', async () => {
    await using server = await startAnswering((_, response, count) => {
      if (count === 1) response.destroy();
      else answerJson(response, 200, { ...view, id: 'there' });
    });
    const { definitions } = connect(server.origin, { clock: createVirtualClock() });
    const ifNoneExist = { url: 'https://example.org/a?b=c', version: ['1,0', '2'] };
    expect((await definitions.create(view, { ifNoneExist })).id).toBe('there');
    expect(server.asked.map(({ headers }) => headers['if-none-exist'])).toEqual(
      Array(2).fill('url=https%3A%2F%2Fexample.org%2Fa%3Fb%3Dc&version=1%5C%2C0%2C2'),
    );
  });

  test('are read in earlier versions, and have a history with their deletions', async () => {
    await using server = await startAnswering(({ path }, response) => {
      if (path === '/ViewDefinition/a/_history/2') return answerJson(response, 200, { ...view, id: 'a' });
      const isFirst = path === '/ViewDefinition/a/_history';
      const deletion = { response: { status: '204', etag: 'W/"3"', lastModified: '2026-01-03T00:00:00Z' } };
      const change = {
        resource: { ...view, id: 'a', meta: { versionId: '2', lastUpdated: '2026-01-02T00:00:00Z' } },
      };
      answerJson(response, 200, {
        resourceType: 'Bundle',
        link: isFirst ? [{ relation: 'next', url: '?_cursor=3' }] : [],
        entry: [isFirst ? deletion : change],
      });
    });
    const { definitions } = connect(server.origin);
    expect((await definitions.read('ViewDefinition', 'a', { versionId: '2' })).id).toBe('a');
    const versions: unknown[] = [];
    for await (const { versionId, lastUpdated, resource } of definitions.history('ViewDefinition', 'a'))
      versions.push([versionId, lastUpdated.slice(0, 10), resource?.id]);
    expect(versions).toEqual([
      ['3', '2026-01-03', undefined],
      ['2', '2026-01-02', 'a'],
    ]);
    await expect(async () => definitions.read('ViewDefinition', 'a', { versionId: '../1' })).rejects.toThrow(
      TypeError,
    );
  });

  test('are changed together, and each change has its outcome', async () => {
    const issue = [{ severity: 'error', code: 'conflict', diagnostics: 'another version' }];
    await using server = await startAnswering((_, response) =>
      answerJson(response, 200, {
        resourceType: 'Bundle',
        entry: [
          {
            response: {
              status: '201 Created',
              location: 'https://example.org/fhir/ViewDefinition/new/_history/1',
              etag: 'W/"1"',
            },
          },
          { response: { status: '412', outcome: { resourceType: 'OperationOutcome', issue } } },
          { response: { status: '204 No Content' } },
        ],
      }),
    );
    const { definitions } = connect(`${server.origin}/fhir`);
    const nothing = { id: undefined, versionId: undefined, resource: undefined, issues: [] };
    expect(
      await definitions.batch([
        { create: view, ifNoneExist: { url: 'https://example.org/a' } },
        { update: { ...view, id: 'b' }, ifMatch: '4' },
        { delete: { resourceType: 'Library', id: 'c' } },
      ]),
    ).toEqual([
      { ...nothing, status: 201, id: 'new', versionId: '1' },
      { ...nothing, status: 412, issues: issue },
      { ...nothing, status: 204 },
    ]);
    expect(server.asked[0]?.path).toBe('/fhir');
    expect(JSON.parse(server.asked[0]?.body ?? '')).toEqual({
      resourceType: 'Bundle',
      type: 'batch',
      entry: [
        {
          resource: view,
          request: {
            method: 'POST',
            url: 'ViewDefinition',
            ifNoneExist: 'url=https%3A%2F%2Fexample.org%2Fa',
          },
        },
        {
          resource: { ...view, id: 'b' },
          request: { method: 'PUT', url: 'ViewDefinition/b', ifMatch: 'W/"4"' },
        },
        { request: { method: 'DELETE', url: 'Library/c' } },
      ],
    });
    await expect(definitions.transaction([{ create: view }])).rejects.toThrow(/3 outcomes/);
    expect(await definitions.transaction([])).toEqual([]);
  });

  test('are not sent with a condition that says nothing', async () => {
    await using server = await startAnswering((_, response) => answerJson(response, 200, view));
    const { definitions } = connect(server.origin);
    const nothing = undefined as unknown as string;
    const stored = { ...view, id: 'a' };
    const refused = [
      async () => definitions.update(stored, { ifMatch: nothing }),
      async () => definitions.transaction([{ update: stored, ifMatch: nothing }]),
      async () => definitions.create(view, { ifNoneExist: { url: nothing } }),
      async () => definitions.search('ViewDefinition', { _count: 5 as unknown as string }).next(),
      async () => definitions.search('ViewDefinition', { url: ['a', nothing] }).next(),
    ];
    for (const ask of refused) await expect(ask).rejects.toMatchObject({ name: 'TypeError' });
    expect(server.asked).toEqual([]);
  });
});
