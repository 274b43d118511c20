import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { runProgram } from '../program.js';
import { collecting } from '../testing/collecting.js';

let folder: string;
let out: string;
let err: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-sql-'));
});
beforeEach(() => {
  out = '';
  err = '';
});
afterAll(() => rm(folder, { recursive: true }));

function run(...args: readonly string[]): Promise<number> {
  return runProgram(args, {
    out: collecting((text) => (out += text)),
    err: collecting((text) => (err += text)),
    env: {},
    now: Date.now,
    signal: new AbortController().signal,
  });
}

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

const QUERY = `-- @param: least integer
-- @relatedDependency: http://x.org/ViewDefinition/bp as bp
SELECT count(*) AS n FROM bp WHERE sys > :least
`;

test('sql build prints the Library of an SQL file, and validate accepts both', async () => {
  const path = await file('high.sql', QUERY);
  expect(await run('sql', 'build', path)).toBe(0);
  expect(err).toBe('');
  const library = JSON.parse(out) as { name: string; content: readonly { data: string }[] };
  expect(library).toMatchObject({ resourceType: 'Library', name: 'high', parameter: [{ type: 'integer' }] });
  expect(Buffer.from(library.content[0]?.data ?? '', 'base64').toString()).toBe(QUERY);
  expect(await run('validate', path, await file('high.json', out))).toBe(0);
  expect(err).toBe('2 Library(s) with SQL fit their profile; a server checks the SQL itself\n');
});

test('a folder of SQL files is taken file by file', async () => {
  const own = await mkdtemp(join(folder, 'own-'));
  await writeFile(join(own, 'a.sql'), QUERY);
  await writeFile(join(own, 'b.sql'), QUERY);
  expect(await run('validate', own)).toBe(0);
  expect(err).toBe('2 Library(s) with SQL fit their profile; a server checks the SQL itself\n');
});

test('sql build writes an SQLView to a file, and warns of annotations that nobody knows', async () => {
  const path = await file('v.sql', '-- @url: http://x.org/v\n-- @titel: T\nSELECT 1');
  const target = join(folder, 'v.json');
  expect(await run('sql', 'build', path, '--as-view', '--out', target)).toBe(0);
  expect(out).toBe(`${target}\n`);
  expect(err).toBe(`warning: ${path}:2: @titel is no annotation, and is left out; did you mean "title"?\n`);
  expect(JSON.parse(await readFile(target, 'utf8'))).toMatchObject({
    url: 'http://x.org/v',
    type: { coding: [{ code: 'sql-view' }] },
  });
});

test('sql build names the file and the line of each fault', async () => {
  const path = await file('faulty.sql', '-- @status: done\n-- @param: p Quantity\nSELECT :p');
  expect(await run('sql', 'build', path)).toBe(1);
  expect(out).toBe('');
  expect(err).toMatch(
    /^error: .*faulty[.]sql:1: @status .*\n.*faulty[.]sql:2: @param p has the type "Quantity"/,
  );
});

test('validate tells the faults of Libraries among views, by file and element', async () => {
  const type = {
    coding: [
      { system: 'http://hl7.org/fhir/uv/sql-on-fhir/CodeSystem/LibraryTypesCodes', code: 'sql-query' },
    ],
  };
  const content = [{ contentType: 'application/sql;dialect=oracle', data: 'U0VMRUNUIDE=' }];
  const library = { resourceType: 'Library', type };
  const paths = await Promise.all([
    file('empty.json', JSON.stringify(library)),
    file('oracle.json', JSON.stringify({ ...library, content })),
    file('other.yaml', 'resourceType: Library\nstatus: active\n'),
    file('view.json', '{"resource":"Patient","select":[{"column":[{"name":"id","path":"id"}]}]}'),
  ]);
  expect(await run('validate', ...paths)).toBe(1);
  const lines = out.split('\n');
  expect(lines[0]).toContain('empty.json: Library.content: is missing');
  expect(lines[1]).toMatch(/oracle[.]json: Library[.]content: has SQL of the dialects "oracle" only/);
  expect(lines[2]).toContain('Library.type: expected sql-query or sql-view');
  expect(err).toBe('error: 3 of 3 Library(s) with SQL break their profile\n');
});

test('export sends SQL with its values and what it depends on, and names the place in an SQL file that is refused', async () => {
  let body = '';
  const expression = ['subject[1].subjectResource.content[0].data'];
  const inContext = {
    code: 'invalid',
    diagnostics: 'in the SQLView "http://x.org/v": line 2, column 8: nor this',
    expression: ['context[0].content[0].data'],
  };
  const issue = [{ code: 'invalid', diagnostics: 'line 3, column 8: no such thing', expression }, inContext];
  const server = createServer((request, response) => {
    body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () =>
      response.writeHead(422).end(JSON.stringify({ resourceType: 'OperationOutcome', issue })),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    // Listening on TCP always gives an AddressInfo.
    const { port } = server.address() as AddressInfo;
    const query = await file(
      'q.sql',
      '-- @param: least integer\n-- @relatedDependency: http://x.org/v as v\nSELECT :least FROM v',
    );
    const view = await file('p.json', '{}');
    const context = await mkdtemp(join(folder, 'context-'));
    await writeFile(
      join(context, 'v.sql'),
      '-- @url: http://x.org/v\n-- @relatedDependency: http://x.org/w|2 as w\nSELECT * FROM w',
    );
    await writeFile(join(context, 'w.json'), '{"url":"http://x.org/w"}');
    await writeFile(join(context, 'other.json'), '{"url":"http://x.org/other"}');
    const target = ['--server', `http://127.0.0.1:${port}`, '--format', 'csv', '--out', join(folder, 'out')];
    const exported = (param: string) =>
      run('export', ...target, '--view', view, '--sql', query, '--context', context, '--param', param);
    expect(await exported('most=5')).toBe(2);
    expect(err).toContain('--param most is a parameter of no query: expected one of least');
    expect(await exported('least=5')).toBe(1);
    expect(err).toContain(`\n${query}:3:8: no such thing\n`);
    expect(err).toContain(`\n${join(context, 'v.sql')}:2:8: nor this\n`);
    expect(err).toContain(`not sent, because no SQL depends on it: ${join(context, 'other.json')}\n`);
    const parameters = { resourceType: 'Parameters', parameter: [{ name: 'least', valueInteger: 5 }] };
    expect((JSON.parse(body) as { parameter: readonly object[] }).parameter).toMatchObject([
      { part: [{ valueString: 'p' }, { resource: { resourceType: 'ViewDefinition' } }] },
      { part: [{ valueString: 'q' }, { resource: { resourceType: 'Library' } }, { resource: parameters }] },
      { name: 'context', resource: { url: 'http://x.org/v' } },
      { name: 'context', resource: { url: 'http://x.org/w' } },
      { name: '_format' },
      { name: 'header' },
    ]);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});
