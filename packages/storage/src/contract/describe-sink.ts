import { createHash } from 'node:crypto';
import { describe, expect, it, jest } from '@jest/globals';
import { InvalidKeyError, ObjectChangedError, ObjectMissingError, UploadLostError } from '../errors.js';
import { TEMPORARY_SUFFIX } from '../keys.js';
import { removePrefix } from '../remove-prefix.js';
import type { ObjectEntry, ObjectVersion, Sink } from '../sink.js';
import { patternOf } from './bytes.js';
import { collect, keysOf } from './collect.js';

export interface SinkUnderTest extends AsyncDisposable {
  readonly sink: Sink;
  /** Whether a folder can be missing, as in file systems. */
  readonly knowsFolders: boolean;
}

/** The promises of every sink. `make` gives an empty one. */
export function describeSink(name: string, make: () => Promise<SinkUnderTest>): void {
  // Durable writes, a thousand of them in one test, on machines that do other things too.
  jest.setTimeout(60_000);
  describe(name, () => {
    describe('upload', () => describeUploads(make));
    describe('store', () => describeObjects(make));
    describe('create if absent', () => describeCreateIfAbsent(make));
    describe('listing', () => describeListing(make));
  });
}

function describeUploads(make: () => Promise<SinkUnderTest>): void {
  it.each([
    ['nothing', []],
    ['a few bytes', [5]],
    ['chunks of all sizes', [1, 0, 300_000, 7, 1_048_576, 2_500_000, 3]],
    ['more than a part', [6_000_000, 6_000_000]],
  ])('stores %s and says how many bytes with which hash', async (_title, sizes) => {
    await using t = await make();
    const content = patternOf(sizes.reduce((sum, size) => sum + size, 0));
    await using upload = await t.sink.open('t/e/s/1-a/1.csv');
    let at = 0;
    const reused = Buffer.alloc(8_000_000);
    for (const size of sizes) {
      content.copy(reused, 0, at, at + size);
      await upload.write(reused.subarray(0, size));
      at += size;
      reused.fill(0xff);
    }
    const stored = await upload.commit();
    expect(stored).toEqual({
      key: 't/e/s/1-a/1.csv',
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
      etag: expect.any(String),
    });
    expect(await t.sink.stat(stored.key)).toMatchObject({ bytes: content.length, etag: stored.etag });
    expect((await collect(t.sink.stream(stored.key))).equals(content)).toBe(true);
    await upload.abort();
    expect(await keysOf(t.sink.list(''))).toEqual([stored.key]);
  });

  it('shows nothing before the commit', async () => {
    await using t = await make();
    await using upload = await t.sink.open('t/e/1.csv');
    await upload.write(Buffer.alloc(9_000_000));
    expect(await t.sink.stat('t/e/1.csv')).toBeUndefined();
    expect(await t.sink.read('t/e/1.csv')).toBeUndefined();
  });

  it('leaves nothing behind when it is dropped uncommitted', async () => {
    await using t = await make();
    {
      await using upload = await t.sink.open('t/e/1.csv');
      await upload.write(Buffer.alloc(9_000_000));
    }
    expect(await keysOf(t.sink.list(''))).toEqual([]);
  });

  it('is aborted from elsewhere by its id and cannot be committed then', async () => {
    await using t = await make();
    await using upload = await t.sink.open('t/e/1.csv');
    await upload.write(Buffer.from('rows'));
    await t.sink.abort('t/e/1.csv', upload.id);
    await expect(upload.commit()).rejects.toThrow(UploadLostError);
    await t.sink.abort('t/e/1.csv', upload.id);
    await upload.abort();
    expect(await keysOf(t.sink.list(''))).toEqual([]);
  });

  it('touches nothing at the abort of an upload that nobody knows', async () => {
    await using t = await make();
    await t.sink.createIfAbsent('t/e/passwd', Buffer.from('kept'));
    await t.sink.abort('t/e/1.csv', '../passwd');
    await t.sink.abort('t/e/1.csv', '../../etc/passwd');
    await t.sink.abort('t/e/1.csv', '8e0ee5a5-5d6b-4a44-9d5c-1d0e2f8f8a11');
    expect(await keysOf(t.sink.list(''))).toEqual(['t/e/passwd']);
  });

  it('survives an abort after its commit', async () => {
    await using t = await make();
    await using upload = await t.sink.open('t/e/1.csv');
    await upload.write(Buffer.from('rows'));
    await upload.commit();
    await t.sink.abort('t/e/1.csv', upload.id);
    expect(String(await t.sink.read('t/e/1.csv'))).toBe('rows');
  });

  it('runs beside others, each with its own content', async () => {
    await using t = await make();
    const write = async (n: number) => {
      await using upload = await t.sink.open(`t/e/s/${n}.csv`);
      for (let i = 0; i < 40; i += 1) await upload.write(Buffer.alloc(50_000, n));
      await upload.commit();
    };
    await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(write));
    for (const n of [1, 8]) {
      const content = await collect(t.sink.stream(`t/e/s/${n}.csv`));
      expect(content.equals(Buffer.alloc(2_000_000, n))).toBe(true);
    }
  });
}

function describeObjects(make: () => Promise<SinkUnderTest>): void {
  it('says that a missing object is missing', async () => {
    await using t = await make();
    expect(await t.sink.read('t/none.json')).toBeUndefined();
    expect(await t.sink.stat('t/none.json')).toBeUndefined();
    await expect(collect(t.sink.stream('t/none.json'))).rejects.toThrow(ObjectMissingError);
    await t.sink.remove(['t/none.json']);
  });

  it('streams ranges as far as there is content', async () => {
    await using t = await make();
    await t.sink.createIfAbsent('t/a.json', Buffer.from('0123456789'));
    const ranges = [
      [0, 4],
      [4, 10],
      [9, 10],
      [8, 99],
      [10, 12],
      [50, 60],
      [3, 3],
    ] as const;
    const read = ranges.map(([start, end]) => collect(t.sink.stream('t/a.json', { start, end })));
    expect((await Promise.all(read)).map(String)).toEqual(['0123', '456789', '9', '89', '', '', '']);
  });

  it('gives content of the version that was stored only', async () => {
    await using t = await make();
    await t.sink.createIfAbsent('t/a.json', Buffer.from('0123456789'));
    const { bytes = 0, etag = '' } = (await t.sink.stat('t/a.json')) ?? {};
    const read = (range: { start: number; end: number } | undefined, version: ObjectVersion) =>
      collect(t.sink.stream('t/a.json', range, version)).then(String);
    const empty = { start: 0, end: 0 };
    expect(await read(undefined, { bytes, etag })).toBe('0123456789');
    expect(await read({ start: 3, end: 5 }, { bytes, etag })).toBe('34');
    expect(await read(empty, { bytes, etag })).toBe('');
    for (const range of [undefined, { start: 3, end: 5 }, empty]) {
      await expect(read(range, { bytes, etag: 'another' })).rejects.toThrow(ObjectChangedError);
    }
    const longer = { bytes: bytes + 5, etag };
    await expect(read(undefined, longer)).rejects.toThrow(ObjectChangedError);
    await expect(read({ start: 12, end: 15 }, longer)).rejects.toThrow(ObjectChangedError);
    await expect(collect(t.sink.stream('t/none.json', undefined, { bytes, etag }))).rejects.toThrow(
      ObjectMissingError,
    );
    await expect(collect(t.sink.stream('t/none.json', empty, { bytes, etag }))).rejects.toThrow(
      ObjectMissingError,
    );
  });

  it('keeps chunks apart, so that a consumer may hold several', async () => {
    await using t = await make();
    await using upload = await t.sink.open('t/a.csv');
    for (let n = 0; n < 40; n += 1) await upload.write(Buffer.alloc(50_000, n));
    await upload.commit();
    const chunks: Uint8Array[] = [];
    for await (const chunk of t.sink.stream('t/a.csv')) chunks.push(chunk);
    const content = Buffer.concat(chunks);
    expect([content[0], content[49_999], content[50_000], content[1_999_999]]).toEqual([0, 0, 1, 39]);
  });

  it('gives keys, sizes and times', async () => {
    await using t = await make();
    await t.sink.createIfAbsent('t/a.json', Buffer.from('{}'));
    const entry = await t.sink.stat('t/a.json');
    expect(entry).toMatchObject({ key: 't/a.json', bytes: 2, etag: expect.any(String) });
    expect(Math.abs(Date.now() - Number(entry?.modifiedAt))).toBeLessThan(60_000);
    const listed: ObjectEntry[] = [];
    for await (const other of t.sink.list('t/')) listed.push(other);
    expect(listed).toEqual([entry]);
  });

  it('takes every name that a key may have', async () => {
    await using t = await make();
    const keys = [
      't/with space+plus%25.json',
      't/ä–€😀.json',
      "t/~!$&'()=,;@.json",
      't/...json',
      't/x?y#z.json',
      't/year=2026/day=a:b+c/1.json',
    ];
    for (const key of keys) await t.sink.createIfAbsent(key, Buffer.from(key));
    for (const key of keys) expect(String(await t.sink.read(key))).toBe(key);
    for (const key of keys) {
      await using upload = await t.sink.open(`u/${key}`);
      await upload.write(Buffer.from(key));
      await upload.commit();
      expect(String(await t.sink.read(`u/${key}`))).toBe(key);
    }
    expect((await keysOf(t.sink.list('t/'))).toSorted()).toEqual(keys.toSorted());
    await t.sink.remove([...keys, ...keys.map((key) => `u/${key}`)]);
    expect(await keysOf(t.sink.list(''))).toEqual([]);
  });

  it.each(['', '/a', 'a/', 'a//b', '.', '..', '../a', 'a/../b', 'a/./b', 'a\\b', 'a\0b', 'a\nb', '\ud800'])(
    'refuses the key %j everywhere',
    async (key) => {
      await using t = await make();
      await expect(t.sink.open(key)).rejects.toThrow(InvalidKeyError);
      await expect(t.sink.createIfAbsent(key, Buffer.alloc(1))).rejects.toThrow(InvalidKeyError);
      await expect(t.sink.read(key)).rejects.toThrow(InvalidKeyError);
      await expect(t.sink.stat(key)).rejects.toThrow(InvalidKeyError);
      await expect(collect(t.sink.stream(key))).rejects.toThrow(InvalidKeyError);
      await expect(t.sink.remove([key])).rejects.toThrow(InvalidKeyError);
    },
  );

  it('refuses keys that are too long, and keys of temporaries', async () => {
    await using t = await make();
    for (const key of [`t/${'x'.repeat(256)}`, 'x/'.repeat(512) + 'x', `t/a${TEMPORARY_SUFFIX}`]) {
      await expect(t.sink.open(key)).rejects.toThrow(InvalidKeyError);
      await expect(t.sink.createIfAbsent(key, Buffer.alloc(1))).rejects.toThrow(InvalidKeyError);
    }
  });
}

function describeCreateIfAbsent(make: () => Promise<SinkUnderTest>): void {
  it('never changes an object that is there', async () => {
    await using t = await make();
    expect(await t.sink.createIfAbsent('t/e/manifest.json', Buffer.from('first'))).toBe('created');
    expect(await t.sink.createIfAbsent('t/e/manifest.json', Buffer.from('second'))).toBe('exists');
    expect(String(await t.sink.read('t/e/manifest.json'))).toBe('first');
    expect(await keysOf(t.sink.list(''))).toEqual(['t/e/manifest.json']);
  });

  it('lets exactly one of many racers win, and all agree on the content', async () => {
    await using t = await make();
    for (let round = 0; round < 5; round += 1) {
      const key = `t/e${round}/manifest.json`;
      const racers = Array.from({ length: 20 }, (_, n) =>
        t.sink.createIfAbsent(key, Buffer.from(`racer ${n}`)),
      );
      const results = await Promise.all(racers);
      expect(results.filter((result) => result === 'created')).toHaveLength(1);
      expect(results.filter((result) => result === 'exists')).toHaveLength(19);
      expect(String(await t.sink.read(key))).toBe(`racer ${results.indexOf('created')}`);
    }
    expect(await keysOf(t.sink.list(''))).toHaveLength(5);
  });

  it('does not bring back a folder that is gone, where there are folders', async () => {
    await using t = await make();
    await t.sink.createIfAbsent('t/e/request.json', Buffer.from('{}'));
    expect(await t.sink.createIfAbsent('t/e/plan.json', Buffer.from('{}'), 'must-exist')).toBe('created');
    await removePrefix(t.sink, 't/e/');
    const late = await t.sink.createIfAbsent('t/e/manifest.json', Buffer.from('{}'), 'must-exist');
    expect(late).toBe(t.knowsFolders ? 'gone' : 'created');
  });
}

function describeListing(make: () => Promise<SinkUnderTest>): void {
  async function filled(keys: readonly string[]): Promise<SinkUnderTest> {
    const t = await make();
    await Promise.all(keys.map((key) => t.sink.createIfAbsent(key, Buffer.from(key))));
    return t;
  }
  const KEYS = ['a-b/1', 'a/1', 'a/b-c', 'a/b.d', 'a/b/1', 'a/b/2', 'a0', 'ä/1', '\uffee/1', '😀/1'];

  it('is in the order of the UTF-8 bytes of keys', async () => {
    await using t = await filled(KEYS);
    expect(await keysOf(t.sink.list(''))).toEqual(KEYS);
  });

  it('goes on after any key', async () => {
    await using t = await filled(KEYS);
    for (const [index, key] of KEYS.entries()) {
      expect(await keysOf(t.sink.list('', key))).toEqual(KEYS.slice(index + 1));
    }
    expect(await keysOf(t.sink.list('a/', 'a/b.'))).toEqual(['a/b.d', 'a/b/1', 'a/b/2']);
    expect(await keysOf(t.sink.list('a/', 'z'))).toEqual([]);
  });

  it('keeps to whole segments: job-1/ has nothing of job-10/', async () => {
    await using t = await filled(['t/job-1/a', 't/job-1/b/c', 't/job-10/a']);
    expect(await keysOf(t.sink.list('t/job-1/'))).toEqual(['t/job-1/a', 't/job-1/b/c']);
    expect(await keysOf(t.sink.list('t/job-2/'))).toEqual([]);
    await expect(keysOf(t.sink.list('t/job-1'))).rejects.toThrow(InvalidKeyError);
    await expect(keysOf(t.sink.list('../'))).rejects.toThrow(InvalidKeyError);
  });

  it('shows open uploads under keys that can be removed but not read', async () => {
    await using t = await filled(['t/e/request.json']);
    await using upload = await t.sink.open('t/e/s/1-a/1.csv');
    await upload.write(Buffer.from('rows'));
    const leftovers = (await keysOf(t.sink.list('t/e/s/'))).filter((key) => key.endsWith(TEMPORARY_SUFFIX));
    expect(leftovers).toHaveLength(1);
    const [leftover = ''] = leftovers;
    expect(await t.sink.read(leftover)).toBeUndefined();
    expect(await t.sink.stat(leftover)).toBeUndefined();
    await expect(collect(t.sink.stream(leftover))).rejects.toThrow(ObjectMissingError);
    await t.sink.remove(leftovers);
    await expect(upload.commit()).rejects.toThrow(UploadLostError);
    expect(await keysOf(t.sink.list(''))).toEqual(['t/e/request.json']);
  });

  it('removes a prefix with all that is below it, and nothing beside it', async () => {
    await using t = await filled([
      't/e/manifest.json',
      't/e/s/1-a/1.csv',
      't/e/s/1-a/2.csv',
      't/e2/request.json',
    ]);
    await using upload = await t.sink.open('t/e/s/2-b/1.csv');
    await upload.write(Buffer.from('rows'));
    expect(await removePrefix(t.sink, 't/e/', ['t/e/manifest.json', 't/e/deleted.json'])).toBe(4);
    expect(await keysOf(t.sink.list(''))).toEqual(['t/e2/request.json']);
    expect(await removePrefix(t.sink, 't/e/', ['t/e/manifest.json'])).toBe(0);
  });
}
