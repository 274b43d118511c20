import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { provideSource, removeSources } from './provide-source.js';

const WISH = { bytes: 200_000, gzip: false };
let sources: string;

beforeAll(async () => {
  sources = await mkdtemp(join(tmpdir(), 'millrace-sources-'));
});

afterAll(async () => {
  await rm(sources, { recursive: true });
});

describe('a generated source', () => {
  it('is made once, of about the size', async () => {
    const reports: string[] = [];
    const source = await provideSource(sources, WISH, (line) => reports.push(line));
    expect(Math.abs(source.bytes / WISH.bytes - 1)).toBeLessThan(0.2);
    expect(source.storedBytes).toBe(source.bytes);
    const { mtimeMs } = await stat(join(sources, source.name, 'Patient.ndjson'));
    expect(await provideSource(sources, WISH, (line) => reports.push(line))).toEqual(source);
    expect((await stat(join(sources, source.name, 'Patient.ndjson'))).mtimeMs).toBe(mtimeMs);
    expect(reports).toHaveLength(1);
  });

  it('holds the same lines when it is compressed', async () => {
    const plain = await provideSource(sources, WISH, () => undefined);
    const gzip = await provideSource(sources, { ...WISH, gzip: true }, () => undefined);
    expect(gzip.bytes).toBe(plain.bytes);
    expect(gzip.storedBytes).toBeLessThan(plain.storedBytes / 2);
    const lines = await readFile(join(sources, plain.name, 'Encounter.ndjson'));
    const packed = await readFile(join(sources, gzip.name, 'Encounter.000.ndjson.gz'));
    expect(hash(gunzipSync(packed))).toBe(hash(lines));
  });

  it('is there several times without more room, as links', async () => {
    const once = await provideSource(sources, WISH, () => undefined);
    const thrice = await provideSource(sources, { ...WISH, repeat: 3 }, () => undefined);
    expect(thrice.bytes).toBe(3 * once.bytes);
    expect(thrice.storedBytes).toBe(thrice.bytes);
    const [first, last] = ['Patient.000.ndjson', 'Patient.002.ndjson'].map((file) =>
      join(sources, thrice.name, file),
    );
    const inodes = await Promise.all([first ?? '', last ?? ''].map(async (file) => (await stat(file)).ino));
    expect(new Set(inodes).size).toBe(1);
    await removeSources(sources, [{ ...WISH, repeat: 3 }]);
  });

  it('is gone when it is removed, and nothing is left', async () => {
    await removeSources(sources, [WISH, { ...WISH, gzip: true }, { bytes: 1, gzip: false }]);
    expect(await readdir(sources)).toEqual([]);
  });
});

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
