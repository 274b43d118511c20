import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { InputPlace } from './input-place.js';
import { bytesOf, multipliesRows, usefulThreads } from './small-run.js';

let folder = '';
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'millrace-small-'))));
afterAll(() => rm(folder, { recursive: true }));

async function place(name: string, bytes: number): Promise<InputPlace> {
  const path = join(folder, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, Buffer.alloc(bytes));
  return { kind: 'file', path, fhirVersion: 'R4' };
}

test('plain files and folders of them have a size; pipes, gzip files, folders in folders and lost files have not', async () => {
  const few = await place('few.ndjson', 20_000);
  const folderOf = (name: string): InputPlace => ({ ...few, kind: 'folder', path: join(folder, name) });
  expect(await bytesOf([few, few])).toBe(40_000);
  expect(await bytesOf([few, { ...few, kind: 'stream' }])).toBe(Infinity);
  expect(await bytesOf([{ ...few, path: join(folder, 'gone') }])).toBe(Infinity);
  expect(await bytesOf([await place('packed.ndjson.gz', 100)])).toBe(Infinity);
  await place('in/a.ndjson', 100);
  await place('in/b.ndjson', 200);
  expect(await bytesOf([folderOf('in')])).toBe(300);
  await place('in/deep/a.ndjson', 100);
  expect(await bytesOf([folderOf('in')])).toBe(Infinity);
});

test('a second thread is for inputs that keep it busy for longer than it takes to start', () => {
  expect(usefulThreads(0, 8)).toBe(1);
  expect(usefulThreads(50e6, 8)).toBe(1);
  expect(usefulThreads(200e6, 8)).toBe(3);
  expect(usefulThreads(200e6, 2)).toBe(2);
  expect(usefulThreads(Infinity, 8)).toBe(8);
});

const column = [{ name: 'id', path: 'id' }];
const loop = { forEach: 'name', select: [{ forEachOrNull: 'given', column }] };

test.each([
  { select: [{ column }] },
  { select: [{ column }, loop] },
  { select: [{ unionAll: [loop, loop] }, { column }] },
  { select: [{ repeat: ['item'], column }] },
])('%j has no products', (view) => {
  expect(multipliesRows(view)).toBe(false);
});

test.each([
  { select: [loop, loop] },
  { select: [loop, { unionAll: [loop] }] },
  { select: [loop, { select: [{ column }, { repeat: ['item'], column }] }] },
  { select: [{ forEach: 'name', select: [loop, loop] }] },
  { select: [{ unionAll: [{ select: [loop, loop] }] }] },
  { select: [{ repeat: ['item'], select: [loop] }] },
  { select: [{ forEach: 'name', select: [{ repeat: ['item'], column }] }] },
  { select: [{ forEach: 'name', select: [{ forEach: '%resource.name', column }] }] },
])('%j may look at many times more items than there are', (view) => {
  expect(multipliesRows(view)).toBe(true);
});
