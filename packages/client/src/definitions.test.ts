import { describe, expect, test } from '@jest/globals';
import { connect } from './index.js';
import { answerJson, startAnswering } from './testing/answering-server.js';

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
});
