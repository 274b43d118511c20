import { describe, expect, it } from '@jest/globals';
import type { ExportRecord } from '@millrace/export';
import { createMemoryJobStore } from '@millrace/jobstore/memory';
import { createEvents, createLogger, createMetrics } from '@millrace/observability';
import { StoreUnavailableError } from '@millrace/storage';
import { createMemorySink } from '@millrace/storage/memory';
import { readManifest } from './artefacts.js';
import { createBackgroundWork } from './background-work.js';
import { cancelExport } from './cancel-export.js';
import { conclude } from './conclude.js';
import { manifestHead } from './manifest-head.js';

const ID = 'a'.repeat(32);
const DAY_MS = 86_400_000;

/** An accepted export, over memory. */
async function setUp() {
  const jobs = createMemoryJobStore();
  const store = createMemorySink();
  const background = createBackgroundWork(() => undefined);
  const log = createLogger({ service: 'test', level: 'silent' });
  const events = createEvents({ log, metrics: createMetrics({ service: 'test', version: '0' }) });
  await jobs.create({ id: ID, tenant: 'default', client: 'anonymous' });
  await jobs.activate(ID);
  await store.createIfAbsent(`default/${ID}/request.json`, Buffer.from('{}'));
  const record = async (): Promise<ExportRecord> => {
    const found = await jobs.read(ID);
    if (found === undefined) throw new Error('the export is gone');
    return found;
  };
  return {
    jobs,
    store,
    background,
    record,
    ports: {
      jobs,
      store,
      dispatcher: { nudge: () => undefined },
      background,
      events,
      nonce: () => 'canceller',
      retentionMs: DAY_MS,
    },
  };
}

describe('cancelling', () => {
  it('leaves a tombstone and the state that it names', async () => {
    const { ports, record, store } = await setUp();
    await cancelExport(ports, await record());
    const tombstone = await readManifest(store, 'default', ID);
    const { state, endedAt = 0, expiresAt = 0 } = await record();
    expect([tombstone?.outcome, state]).toEqual(['cancelled', 'cancelled']);
    expect(expiresAt - endedAt).toBe(DAY_MS);
    expect(Date.parse(tombstone?.endedAt ?? '')).toBe(endedAt);
  });

  it('changes nothing about an export that is over', async () => {
    const { ports, record, jobs, store } = await setUp();
    const failure = { status: 500, code: 'exception', diagnostics: 'broken' };
    const decided = await jobs.decide(ID, { outcome: 'failed', failure, nonce: 'n' });
    const at = decided.kind === 'deciding' ? decided.at : 0;
    const head = manifestHead(await record(), { writtenBy: 'n', endedAt: at, expiresAt: at + DAY_MS });
    await conclude({ jobs, store }, { ...head, outcome: 'failed', failure });
    await cancelExport(ports, await record());
    expect(await record()).toMatchObject({ state: 'failed', failure });
  });

  it('stops work at once when the store does not answer, and can be repeated', async () => {
    const { ports, record, jobs } = await setUp();
    const away = () => Promise.reject(new StoreUnavailableError('create', 'manifest.json', 'no answer'));
    const failing = { ...ports, store: { ...ports.store, createIfAbsent: away } };
    await expect(cancelExport(failing, await record())).rejects.toBeInstanceOf(StoreUnavailableError);
    expect((await record()).state).toBe('deciding');
    const by = { nonce: 'w', worker: 'w', leaseMs: 1000, maxAttempts: 3 };
    expect(await jobs.claim({ exportId: ID, step: 'plan' }, by)).toMatchObject({ kind: 'closed' });
    await cancelExport(ports, await record());
    expect((await record()).state).toBe('cancelled');
  });

  it('adopts the manifest of a finalizer that died between writing it and telling', async () => {
    const { ports, record, jobs, store } = await setUp();
    const failure = { status: 500, code: 'exception', diagnostics: 'broken' };
    await jobs.decide(ID, { outcome: 'failed', failure, nonce: 'dead' });
    const now = Date.now();
    const head = manifestHead(await record(), { writtenBy: 'dead', endedAt: now, expiresAt: now + DAY_MS });
    const body = JSON.stringify({ ...head, outcome: 'completed', outputs: [], skippedLines: 0 });
    await store.createIfAbsent(`default/${ID}/manifest.json`, Buffer.from(body));
    await cancelExport(ports, await record());
    expect((await record()).state).toBe('completed');
  });

  it('decides in place of a process that died while deciding', async () => {
    const { ports, record, jobs } = await setUp();
    await jobs.decide(ID, { outcome: 'cancelled', nonce: 'dead' });
    await cancelExport(ports, await record());
    expect((await record()).state).toBe('cancelled');
  });

  it('removes the output and the request, which may name patients, and keeps the tombstone', async () => {
    const { ports, record, store, background } = await setUp();
    await store.createIfAbsent(`default/${ID}/shard-0/1-n/1.csv`, Buffer.from('id\n'));
    await cancelExport(ports, await record());
    await background.settled();
    const keys: string[] = [];
    for await (const { key } of store.list('')) keys.push(key);
    expect(keys).toEqual([`default/${ID}/manifest.json`]);
  });
});
