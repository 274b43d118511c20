import { appendFile, link, mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { collect } from '../contract/collect.js';
import { describeSource } from '../contract/describe-source.js';
import { temporaryFolder } from '../contract/temporary-folder.js';
import { InputChangedError, SourceUnavailableError } from '../errors.js';
import { createFileSource } from './file-source.js';

describe.each([false, true])('on a thread that may be held up: %s', (mayBlock) => {
  describeSource('file source', async (files) => {
    const folder = await temporaryFolder();
    const put = async (key: string, content: string | Uint8Array) => {
      await mkdir(dirname(join(folder.path, key)), { recursive: true });
      await writeFile(join(folder.path, key), content);
    };
    for (const [key, content] of Object.entries(files)) await put(key, content);
    return {
      source: sourceIn(folder.path, mayBlock),
      put,
      remove: (key) => rm(join(folder.path, key)),
      [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
    };
  });
});

function sourceIn(root: string, mayBlock = false) {
  return createFileSource({ name: 'main', root, fhirVersion: 'R4', mayBlock });
}

describe('file source', () => {
  it('notices a file that another one with equal size and time took the place of', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'Patient.ndjson');
    const time = new Date('2026-01-01T00:00:00Z');
    for (const [name, content] of [
      ['Patient.ndjson', 'one\n'],
      ['other', 'two\n'],
    ] as const) {
      await writeFile(join(folder.path, name), content);
      await utimes(join(folder.path, name), time, time);
    }
    const source = sourceIn(folder.path);
    const [input] = await source.list('Patient');
    if (!input) throw new Error('not listed');
    await rename(join(folder.path, 'other'), path);
    await expect(collect(source.read(input, 0, 4))).rejects.toThrow(InputChangedError);
  });

  it('notices a file that is written to while it is being read', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'Patient.ndjson');
    await writeFile(path, Buffer.alloc(5_000_000));
    const source = sourceIn(folder.path);
    const [input] = await source.list('Patient');
    if (!input) throw new Error('not listed');
    const reading = async () => {
      for await (const chunk of source.read(input, 0, input.bytes))
        await appendFile(path, chunk.subarray(0, 1));
    };
    await expect(reading()).rejects.toThrow(InputChangedError);
  });

  it('reads through a link to a file in the folder', async () => {
    await using folder = await temporaryFolder();
    await mkdir(join(folder.path, '..data.1'));
    await writeFile(join(folder.path, '..data.1/p'), '{}\n');
    await symlink('..data.1/p', join(folder.path, 'Patient.ndjson'));
    const source = sourceIn(folder.path);
    const [input] = await source.list('Patient');
    if (!input) throw new Error('not listed');
    expect(String(await collect(source.read(input, 0, 3)))).toBe('{}\n');
  });

  it('reads a file once that has two names by links, and says so', async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, 'Patient.1.ndjson'), '{}\n');
    await symlink('Patient.1.ndjson', join(folder.path, 'Patient.2.ndjson'));
    await link(join(folder.path, 'Patient.1.ndjson'), join(folder.path, 'Patient.3.ndjson'));
    const source = sourceIn(folder.path);
    expect(await source.list('Patient')).toMatchObject([{ key: 'Patient.1.ndjson' }]);
    const { repeated } = await source.survey(['Patient']);
    expect(repeated).toMatchObject({ names: ['Patient.2.ndjson', 'Patient.3.ndjson'], count: 2 });
  });

  it('names links to folders, behind which it does not look', async () => {
    await using folder = await temporaryFolder();
    await mkdir(join(folder.path, '2026'));
    await symlink('2026', join(folder.path, 'latest'));
    expect((await sourceIn(folder.path).survey(['Patient'])).unread).toMatchObject({ names: ['latest/'] });
  });

  it.each([
    ['a link to a file outside', '/etc/hostname', 'Patient.ndjson', 'leaves the folder'],
    ['a link to a folder', '/etc', 'Patient', 'is a link to a folder'],
    ['a link to nothing', 'nowhere', 'Patient.ndjson', 'ENOENT'],
  ])('refuses %s', async (_title, target, name, reason) => {
    await using folder = await temporaryFolder();
    await symlink(target, join(folder.path, name));
    const listing = sourceIn(folder.path).list('Patient');
    await expect(listing).rejects.toThrow(SourceUnavailableError);
    await expect(listing).rejects.toThrow(reason);
  });

  it.each([
    ['gone', false],
    ['empty', true],
  ])('is unavailable, and its inputs are not changed, when its folder is %s', async (_, leaves) => {
    await using folder = await temporaryFolder();
    const [root, elsewhere] = [join(folder.path, 'data'), join(folder.path, 'elsewhere')];
    await mkdir(root);
    await writeFile(join(root, 'Patient.ndjson'), '{}\n');
    const source = sourceIn(root);
    const [input] = await source.list('Patient');
    if (!input) throw new Error('not listed');
    await rename(root, elsewhere);
    if (leaves) await mkdir(root);
    const error: unknown = await collect(source.read(input, 0, 3)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SourceUnavailableError);
    expect((error as Error).cause).toBeDefined();

    if (leaves) await rm(root, { recursive: true });
    await rename(elsewhere, root);
    expect(String(await collect(source.read(input, 0, 3)))).toBe('{}\n');
  });

  it('is unavailable when its folder is missing', async () => {
    await using folder = await temporaryFolder();
    const source = sourceIn(join(folder.path, 'missing'));
    await expect(source.probe()).rejects.toThrow(SourceUnavailableError);
    await expect(source.list('Patient')).rejects.toThrow(SourceUnavailableError);
  });
});
