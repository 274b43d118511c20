import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { InputPlace } from './input-place.js';
import { areSmall, multipliesRows } from './small-run.js';

let folder = '';
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'millrace-small-'))));
afterAll(() => rm(folder, { recursive: true }));

async function place(name: string, bytes: number): Promise<InputPlace> {
  const path = join(folder, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, Buffer.alloc(bytes));
  return { kind: 'file', path, fhirVersion: 'R4' };
}

test('some kilobytes are small; more, pipes, gzip files and files that are gone are not', async () => {
  const few = await place('few.ndjson', 20_000);
  const folderOf = (name: string): InputPlace => ({ ...few, kind: 'folder', path: join(folder, name) });
  expect(await areSmall([few, few])).toBe(true);
  expect(await areSmall([few, few, few, few])).toBe(false);
  expect(await areSmall([{ ...few, kind: 'stream' }])).toBe(false);
  expect(await areSmall([{ ...few, path: join(folder, 'gone') }])).toBe(false);
  expect(await areSmall([await place('packed.ndjson.gz', 100)])).toBe(false);
  await place('in/a.ndjson', 100);
  expect(await areSmall([folderOf('in')])).toBe(true);
  await place('in/deep/a.ndjson', 100);
  expect(await areSmall([folderOf('in')])).toBe(false);
});

const column = [{ name: 'id', path: 'id' }];
const loop = { forEach: 'name', select: [{ forEachOrNull: 'given', column }] };

test.each([
  { select: [{ column }] },
  { select: [{ column }, loop] },
  { select: [{ unionAll: [loop, loop] }, { column }] },
  { select: [{ repeat: ['item'], select: [{ column }, loop] }] },
])('%j has no products', (view) => {
  expect(multipliesRows(view)).toBe(false);
});

test.each([
  { select: [loop, loop] },
  { select: [loop, { unionAll: [loop] }] },
  { select: [loop, { select: [{ column }, { repeat: ['item'], column }] }] },
  { select: [{ forEach: 'name', select: [loop, loop] }] },
  { select: [{ unionAll: [{ select: [loop, loop] }] }] },
])('%j combines each item of a loop with each of another', (view) => {
  expect(multipliesRows(view)).toBe(true);
});
