import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { collect, keysOf } from '../contract/collect.js';
import { describeSink } from '../contract/describe-sink.js';
import { temporaryFolder } from '../contract/temporary-folder.js';
import {
  ObjectChangedError,
  ObjectExistsError,
  ObjectMissingError,
  StoreUnavailableError,
} from '../errors.js';
import { createFileSink } from './file-sink.js';

describeSink('file sink', async () => {
  const folder = await temporaryFolder();
  return {
    sink: createFileSink({ root: join(folder.path, 'out') }),
    knowsFolders: true,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
});

describe('file sink', () => {
  it('keeps folders and files to their owner', async () => {
    await using folder = await temporaryFolder();
    const sink = createFileSink({ root: join(folder.path, 'out') });
    await sink.createIfAbsent('t/request.json', Buffer.from('{}'));
    await using upload = await sink.open('t/s/1.csv');
    await upload.commit();
    const modes = ['out', 'out/t', 'out/t/s', 'out/t/request.json', 'out/t/s/1.csv'].map(
      async (path) => (await stat(join(folder.path, path))).mode & 0o777,
    );
    expect(await Promise.all(modes)).toEqual([0o700, 0o700, 0o700, 0o600, 0o600]);
  });

  it('never overwrites a part', async () => {
    await using folder = await temporaryFolder();
    const sink = createFileSink({ root: folder.path });
    await sink.createIfAbsent('t/1.csv', Buffer.from('first'));
    await using upload = await sink.open('t/1.csv');
    await upload.write(Buffer.from('second'));
    await expect(upload.commit()).rejects.toThrow(ObjectExistsError);
    expect(String(await sink.read('t/1.csv'))).toBe('first');
  });

  it('stores a large part whole, and drops one that is aborted while the disk is still at it', async () => {
    await using folder = await temporaryFolder();
    const sink = createFileSink({ root: folder.path });
    const content = randomBytes(9_500_000);
    await using kept = await sink.open('t/1.csv');
    await using dropped = await sink.open('t/2.csv');
    for (const upload of [kept, dropped]) {
      for (let at = 0; at < content.length; at += 300_000)
        await upload.write(content.subarray(at, at + 300_000));
    }
    await dropped.abort();
    const { bytes, sha256 } = await kept.commit();
    expect({ bytes, sha256 }).toEqual({
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
    });
    expect(content.equals((await sink.read('t/1.csv')) ?? new Uint8Array())).toBe(true);
    expect(await readdir(join(folder.path, 't'))).toEqual(['1.csv']);
  });

  it('drops empty folders with their last file, up to its root', async () => {
    await using folder = await temporaryFolder();
    const sink = createFileSink({ root: folder.path });
    await sink.createIfAbsent('t/e/s/1-a/1.csv', Buffer.from('rows'));
    await sink.createIfAbsent('t/e/request.json', Buffer.from('{}'));
    await sink.remove(['t/e/s/1-a/1.csv']);
    expect(await readdir(join(folder.path, 't/e'))).toEqual(['request.json']);
    await sink.remove(['t/e/request.json']);
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('lets no empty folder of a killed worker keep the folder of a deleted export', async () => {
    await using folder = await temporaryFolder();
    const sink = createFileSink({ root: folder.path });
    await sink.createIfAbsent('t/e/deleted.json', Buffer.from('{}'));
    await sink.createIfAbsent('t/e2/request.json', Buffer.from('{}'));
    await mkdir(join(folder.path, 't/e/s/2-b'), { recursive: true });
    await sink.remove(['t/e/deleted.json']);
    expect(await readdir(join(folder.path, 't'))).toEqual(['e2']);
    expect(await sink.createIfAbsent('t/e/manifest.json', Buffer.from('{}'), 'must-exist')).toBe('gone');
  });

  it('creates objects while the folder is being removed over and over', async () => {
    await using folder = await temporaryFolder();
    const sink = createFileSink({ root: folder.path });
    const create = async (n: number) => {
      for (let i = 0; i < 30; i += 1) {
        await sink.createIfAbsent(`t/e/${n}-${i}`, Buffer.from('x'));
        await sink.remove([`t/e/${n}-${i}`]);
      }
    };
    await Promise.all([1, 2, 3, 4].map(create));
    expect(await keysOf(sink.list(''))).toEqual([]);
  });

  it.each(['a file', 'a folder on the way', 'a link that leads back into the store'])(
    'follows no symbolic link in place of %s',
    async (place) => {
      await using folder = await temporaryFolder();
      const root = join(folder.path, 'out');
      const sink = createFileSink({ root });
      await sink.createIfAbsent('t/e/1.csv', Buffer.from('rows'));
      await mkdir(join(folder.path, 'elsewhere'));
      await writeFile(join(folder.path, 'elsewhere/1.csv'), 'secret');
      if (place === 'a file') await symlink(join(folder.path, 'elsewhere/1.csv'), join(root, 't/e/2.csv'));
      else if (place === 'a folder on the way')
        await symlink(join(folder.path, 'elsewhere'), join(root, 't/f'));
      else await symlink(join(root, 't/e'), join(root, 't/f'));
      const key = place === 'a file' ? 't/e/2.csv' : 't/f/1.csv';
      expect(await sink.read(key)).toBeUndefined();
      expect(await sink.stat(key)).toBeUndefined();
      await expect(collect(sink.stream(key))).rejects.toThrow(ObjectMissingError);
      expect(await keysOf(sink.list(''))).toEqual(['t/e/1.csv']);
    },
  );

  it('may have a root that is a symbolic link', async () => {
    await using folder = await temporaryFolder();
    await mkdir(join(folder.path, 'volume'));
    await symlink(join(folder.path, 'volume'), join(folder.path, 'out'));
    const sink = createFileSink({ root: join(folder.path, 'out') });
    await sink.createIfAbsent('t/1.csv', Buffer.from('rows'));
    expect(String(await sink.read('t/1.csv'))).toBe('rows');
  });

  it('breaks off when a file is cut short while it is read', async () => {
    await using folder = await temporaryFolder();
    const sink = createFileSink({ root: folder.path });
    await using upload = await sink.open('t/1.csv');
    for (let n = 0; n < 20; n += 1) await upload.write(randomBytes(1_000_000));
    const { key, bytes, etag } = await upload.commit();
    const chunks = sink.stream(key, undefined, { bytes, etag })[Symbol.asyncIterator]();
    await chunks.next();
    await truncate(join(folder.path, key), 1_000_000);
    const rest = async () => {
      while ((await chunks.next()).done !== true);
    };
    await expect(rest()).rejects.toThrow(ObjectChangedError);
  });

  it('says that the store is unavailable when the file system refuses', async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, 'file'), '');
    await chmod(join(folder.path, 'file'), 0o400);
    const sink = createFileSink({ root: join(folder.path, 'file/below') });
    await expect(sink.createIfAbsent('t/a', Buffer.from('x'))).rejects.toThrow(StoreUnavailableError);
    await expect(sink.open('t/a')).rejects.toThrow(StoreUnavailableError);
    // Clients read this as the reason of a failed export.
    const reason = await sink.open('t/a').catch(String);
    expect(reason).toMatch(/not a directory \(ENOTDIR\)$/);
    expect(reason).not.toContain(folder.path);
  });
});
