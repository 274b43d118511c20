import { createHash, randomBytes } from 'node:crypto';
import { open, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ManifestFile } from '@millrace/export';
import { activateAlone, createOutputVerifier } from '@millrace/maintenance';
import { openState } from './state.js';
import type { State } from './state.js';

const NOW = Date.now();
const HOUR = 3_600_000;
const CONTENT = Buffer.from('id,name\n1,a\n');

let state: State;
let manifests: Map<string, readonly ManifestFile[]>;
beforeEach(async () => {
  state = await openState();
  manifests = new Map();
});
afterEach(async () => {
  await state[Symbol.asyncDispose]();
});

/** A completed export with this many files; later ones expire later. */
async function completed(files: number, expiresAt = NOW + HOUR): Promise<string> {
  const id = randomBytes(16).toString('hex');
  await state.jobs.create({ id, tenant: 't', client: 'c' });
  await state.jobs.activate(id);
  await state.jobs.settle(id, { outcome: 'completed', endedAt: NOW - HOUR, expiresAt });
  const listed: ManifestFile[] = [];
  for (let n = 1; n <= files; n += 1) {
    const key = `t/${id}/shard-0/1-n/${n}.csv`;
    await state.store.createIfAbsent(key, CONTENT);
    const sha256 = createHash('sha256').update(CONTENT).digest('hex');
    listed.push({ name: `rows.part${n}.csv`, key, rows: 1, bytes: CONTENT.length, sha256, etag: 'e' });
  }
  manifests.set(id, listed);
  return id;
}

async function verify(options: { max?: number; cursor?: string | undefined; signal?: AbortSignal } = {}) {
  const { max = 100, cursor, signal } = options;
  const told: string[] = [];
  const task = createOutputVerifier(
    {
      jobs: state.jobs,
      store: state.store,
      filesOf: async ({ id }) => manifests.get(id),
      onVerified: ({ id }, { name }, verdict) => void told.push(`${id}/${name} ${verdict}`),
    },
    { maxBytesPerSecond: 1e9, maxFilesPerActivation: max },
  );
  const status = await activateAlone(task, {
    now: () => NOW,
    cursor,
    ...(signal === undefined ? {} : { signal }),
  });
  return { told, status, level: task.level(status) };
}

describe('files of completed exports', () => {
  test('that are as they were committed are told as intact', async () => {
    const id = await completed(2);
    const { told, status, level } = await verify();
    expect(told).toEqual([`${id}/rows.part1.csv intact`, `${id}/rows.part2.csv intact`]);
    expect(status).toMatchObject({ verified: 2, bytes: 2 * CONTENT.length, damaged: [], errors: [] });
    expect([status.cursor, level]).toEqual([undefined, 'debug']);
  });

  test('are found altered after one byte was flipped, with the old size and the old time', async () => {
    const id = await completed(2);
    const path = join(state.folder, `t/${id}/shard-0/1-n/2.csv`);
    const { atime, mtime } = await stat(path);
    await using file = await open(path, 'r+');
    await file.write(Buffer.from('B'), 0, 1, 9);
    await utimes(path, atime, mtime);
    const { told, status, level } = await verify();
    expect(told[1]).toBe(`${id}/rows.part2.csv altered`);
    expect([status.damaged, level]).toEqual([[`${id}/rows.part2.csv`], 'warn']);
  });

  test('are found when they are missing, cut or longer, and the others are looked at all the same', async () => {
    const id = await completed(4);
    const path = (n: number) => join(state.folder, `t/${id}/shard-0/1-n/${n}.csv`);
    await rm(path(1));
    await using cut = await open(path(2), 'r+');
    await cut.truncate(3);
    await using longer = await open(path(3), 'a');
    await longer.write('more');
    const { told } = await verify();
    const verdicts = told.map((line) => line.split(' ')[1]);
    expect(verdicts).toEqual(['missing', 'altered', 'altered', 'intact']);
  });

  test('are told once for each round, although exports come and go between its activations', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) ids.push(await completed(2, NOW + HOUR + n * 1000));
    const told: string[] = [];
    let cursor: string | undefined;
    for (let round = 0; round < 5; round += 1) {
      const activation = await verify({ max: 3, cursor });
      told.push(...activation.told);
      cursor = activation.status.cursor;
      if (cursor === undefined) break;
      // The exports that have been verified go, and a later one comes.
      if (round === 0) await state.jobs.endRetention(ids[0] ?? '');
      if (round === 1) ids.push(await completed(2, NOW + 2 * HOUR));
    }
    expect(cursor).toBeUndefined();
    expect(told).toEqual(ids.flatMap((id) => [`${id}/rows.part1.csv intact`, `${id}/rows.part2.csv intact`]));
  });

  test('of an export that is deleted while they are read are not told as missing', async () => {
    const id = await completed(1);
    await rm(join(state.folder, `t/${id}/shard-0/1-n/1.csv`));
    const expired = await completed(1, NOW - 1);
    await rm(join(state.folder, `t/${expired}/shard-0/1-n/1.csv`));
    const jobs = { expired: state.jobs.expired.bind(state.jobs), read: async () => undefined };
    const told: string[] = [];
    const task = createOutputVerifier(
      {
        jobs,
        store: state.store,
        filesOf: async (record) => manifests.get(record.id),
        onVerified: (_record, { name }) => void told.push(name),
      },
      { maxBytesPerSecond: 1e9, maxFilesPerActivation: 10 },
    );
    const status = await activateAlone(task, { now: () => NOW });
    expect([told, status.damaged]).toEqual([[], []]);
  });

  test('are left for the next activation once this one has lasted long enough', async () => {
    const id = await completed(2);
    const { told, status } = await verify({ signal: AbortSignal.abort() });
    expect([told, status.cursor]).toEqual([[], `${NOW + HOUR}:${id}:0`]);
  });

  test('whose store does not answer are an error of that file, and the next activation goes on behind it', async () => {
    const id = await completed(2);
    const failing = {
      // eslint-disable-next-line require-yield -- it fails before its first chunk
      async *stream(): AsyncGenerator<Uint8Array> {
        throw new Error('the store is away');
      },
    };
    const task = createOutputVerifier(
      {
        jobs: state.jobs,
        store: failing,
        filesOf: async (record) => manifests.get(record.id),
        onVerified: () => undefined,
      },
      { maxBytesPerSecond: 1e9, maxFilesPerActivation: 10 },
    );
    const status = await activateAlone(task, { now: () => NOW });
    expect(status.errors).toEqual([`${id}, file 1: the store is away`]);
    expect(status.cursor).toBe(`${NOW + HOUR}:${id}:1`);
  });
});
