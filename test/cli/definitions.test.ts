import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { openPlatform } from '../api/start-api.js';
import type { Platform } from '../api/start-api.js';
import { millrace } from './millrace.js';

jest.setTimeout(120_000);

let platform: Platform;
let api: ApiService;
let folder: string;

beforeAll(async () => {
  platform = await openPlatform();
  api = await platform.start();
  folder = await mkdtemp(join(tmpdir(), 'millrace-definitions-'));
});

afterAll(async () => {
  await platform?.close();
  await rm(folder, { recursive: true, force: true });
});

const definitions = (command: string, at: string) =>
  millrace('definitions', command, at, '--server', api.fhirUrl);

/** The lines of an answer, without the folder. */
function linesOf(out: string, at: string): readonly string[] {
  return out
    .trim()
    .split('\n')
    .map((line) => line.replace(`${at}/`, ''))
    .sort();
}

const column = [{ name: 'id', path: 'getResourceKey()' }];
const view = { resource: 'Patient', status: 'active', select: [{ column }] };

test('push stores a folder once, and pull writes it elsewhere as it was', async () => {
  const views = join(folder, 'views');
  await mkdir(join(views, 'more'), { recursive: true });
  await writeFile(join(views, 'by name.json'), JSON.stringify(view));
  await writeFile(
    join(views, 'own.yaml'),
    'id: own\nresource: Patient\nselect:\n  - column: [{name: id, path: id}]\n',
  );
  const library = '{ "resourceType": "Library", "url": "http://x.org/a,b", "later": [1.50] }';
  await writeFile(join(views, 'more', 'library.json'), library);

  const first = await definitions('push', views);
  expect(first).toMatchObject({ code: 0, err: '3 created, 0 updated, 0 unchanged\n' });
  expect(linesOf(first.out, views)).toEqual([
    expect.stringMatching(/^created\tLibrary\/[0-9a-f]{32}\tmore\/library.json$/),
    'created\tViewDefinition/by-name\tby name.json',
    'created\tViewDefinition/own\town.yaml',
  ]);
  expect((await definitions('push', views)).err).toBe('0 created, 0 updated, 3 unchanged\n');

  await writeFile(join(views, 'more', 'library.json'), library.replace('1.50', '1.5'));
  expect((await definitions('push', views)).err).toBe('0 created, 1 updated, 2 unchanged\n');
  const history = await fetch(`${api.fhirUrl}/ViewDefinition/by-name/_history`);
  expect(await history.json()).toMatchObject({ entry: [{ response: { etag: 'W/"1"' } }] });

  const copy = join(folder, 'copy');
  const pulled = await definitions('pull', copy);
  expect(pulled).toMatchObject({ code: 0, err: '3 written, 0 unchanged\n' });
  expect(await readFile(join(copy, 'ViewDefinition-by-name.json'), 'utf8')).toBe(
    `${JSON.stringify({ resourceType: 'ViewDefinition', id: 'by-name', ...view })}\n`,
  );
  expect((await definitions('pull', copy)).err).toBe('0 written, 3 unchanged\n');
  expect((await definitions('push', copy)).err).toBe('0 created, 0 updated, 3 unchanged\n');
  // The folder that they came from has files for all of them.
  expect((await definitions('pull', views)).err).toBe('0 written, 3 unchanged\n');
  expect(await readdir(views)).toEqual(['by name.json', 'more', 'own.yaml']);
});

test('push says of each file what is wrong with it, and stores the others', async () => {
  const mixed = join(folder, 'mixed');
  await mkdir(mixed);
  await writeFile(join(mixed, 'a.json'), JSON.stringify({ ...view, id: 'mixed' }));
  await writeFile(join(mixed, 'b.json'), '{"id":"b","id":"b"}');
  await writeFile(join(mixed, 'c.json'), JSON.stringify({ resourceType: 'Patient', id: 'c' }));
  await writeFile(
    join(mixed, 'd.json'),
    JSON.stringify({ ...view, id: 'd', select: [{ column: [{ name: 'x', path: '@@' }] }] }),
  );
  await writeFile(join(mixed, 'e.yaml'), 'id: [');
  const { code, err, out } = await definitions('push', mixed);
  expect(code).toBe(1);
  expect(linesOf(out, mixed)).toEqual(['created\tViewDefinition/mixed\ta.json']);
  expect(err).toContain('b.json: has "id" twice');
  expect(err).toContain('c.json: is a Patient; expected a ViewDefinition');
  expect(err).toMatch(/d\.json: .*select\[0\]\.column\[0\]\.path/);
  expect(err).toMatch(/e\.yaml:1:\d+: /);
  expect(err).toContain('error: 1 created, 0 updated, 0 unchanged, 4 refused');
});

test('both say that no server answers, and that there is no such folder', async () => {
  const nowhere = await millrace(
    'definitions',
    'pull',
    join(folder, 'none'),
    '--server',
    'http://127.0.0.1:9/fhir',
  );
  expect(nowhere.code).toBe(1);
  expect(nowhere.err).toContain('no FHIR server answers at http://127.0.0.1:9/fhir');
  expect((await definitions('push', join(folder, 'absent'))).code).toBe(2);
});
