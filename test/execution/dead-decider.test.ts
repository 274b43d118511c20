import { beforeEach, describe, expect, test } from '@jest/globals';
import { lookThrough } from '@millrace/cohort';
import { NO_DESTINATIONS, NO_QUERIES, createShutdown, processStep } from '@millrace/execution';
import type { ExecutionPorts } from '@millrace/execution';
import { exportObjectKey } from '@millrace/export';
import type { ExportRecord, Failure, Manifest } from '@millrace/export';
import { createMemoryJobStore } from '@millrace/jobstore/memory';
import { readManifest, rememberArtefacts } from '@millrace/lifecycle';
import { createEvents, createLogger, createMetrics, noTracing } from '@millrace/observability';
import { createMemorySink } from '@millrace/storage/memory';
import { describeHere } from './describe-here.js';

const ID = 'an-export';
const BROKEN: Failure = { status: 422, code: 'invalid', diagnostics: 'line 3 is not a FHIR resource' };

let ports: ExecutionPorts;
beforeEach(async () => {
  const jobs = createMemoryJobStore();
  const store = createMemorySink();
  const log = createLogger({ service: 'test', level: 'silent' });
  ports = {
    ids: lookThrough,
    jobs,
    decisions: { onDecided: () => () => undefined },
    store,
    artefacts: rememberArtefacts(store, 4),
    queue: { undelivered: async () => [] },
    dispatcher: { nudge: () => undefined },
    source: () => unused(),
    queries: NO_QUERIES,
    destinations: NO_DESTINATIONS,
    pool: {
      size: 1,
      run: unused,
      copy: unused,
      findSuperseded: unused,
      describe: describeHere,
      [Symbol.asyncDispose]: async () => undefined,
    },
    tracing: noTracing,
    events: createEvents({ log, metrics: createMetrics({ service: 'test', version: '0' }) }),
    settings: {
      worker: 'w2',
      lease: { leaseMs: 30_000, marginMs: 2_000 },
      maxAttempts: 3,
      retryDelayMs: 1,
      outagePatienceMs: 60_000,
      shardBytes: 1_000,
      joinBelowBytes: 4 << 20,
      versionsBytes: 1e9,
      limits: { partBytes: 1_000, partRows: 10, inputBytes: 1_000, seconds: 1 },
      engine: 'auto',
      malformedLines: 'fail',
      mostPartitions: 1_000,
      output: { rows: 0, bytes: 0, files: 0 },
      runTimeMs: 0,
      retentionMs: 86_400_000,
    },
    nonce: () => 'w2-nonce',
  };
  await jobs.create({ id: ID, tenant: 'default', client: 'anonymous' });
  await store.createIfAbsent(exportObjectKey('default', ID, 'request'), Buffer.from('{}'));
  await jobs.activate(ID);
  await jobs.claim({ exportId: ID, step: 'plan' }, { nonce: 'w1', worker: 'w1', leaseMs: 1, maxAttempts: 3 });
});

function unused(): never {
  throw new Error('no step is worked on here');
}

async function deliver(): Promise<void> {
  const never = new AbortController().signal;
  const delivery = { ageMs: 0, lost: never, shutdown: createShutdown() };
  expect(await processStep(ports, { exportId: ID, step: 'plan' }, delivery)).toEqual({ kind: 'done' });
}

async function record(): Promise<ExportRecord | undefined> {
  return ports.jobs.read(ID);
}

async function manifest(): Promise<Manifest | undefined> {
  return readManifest(ports.store, 'default', ID);
}

describe('an export whose decider died is ended by the next process that gets a message of it', () => {
  test('when the decider wrote nothing', async () => {
    const decided = await ports.jobs.decide(ID, { outcome: 'failed', failure: BROKEN, nonce: 'w1' });
    await deliver();
    expect(await record()).toMatchObject({ state: 'failed', failure: BROKEN });
    expect(await manifest()).toMatchObject({ outcome: 'failed', failure: BROKEN, writtenBy: 'w2-nonce' });
    const at = decided.kind === 'deciding' ? decided.at : Number.NaN;
    expect(Date.parse((await manifest())?.endedAt ?? '')).toBe(at);
  });

  test('when the decider wrote the tombstone and did not tell', async () => {
    await ports.jobs.decide(ID, { outcome: 'failed', failure: BROKEN, nonce: 'w1' });
    await deliver();
    const written = await manifest();

    const again = createMemoryJobStore();
    await again.create({ id: ID, tenant: 'default', client: 'anonymous' });
    await again.activate(ID);
    await again.decide(ID, { outcome: 'cancelled', nonce: 'api' });
    ports = { ...ports, jobs: again };
    await deliver();

    expect(await manifest()).toEqual(written);
    expect(await record()).toMatchObject({ state: 'failed', failure: BROKEN });
  });

  test('when it was cancelled', async () => {
    await ports.jobs.decide(ID, { outcome: 'cancelled', nonce: 'api' });
    await deliver();
    expect(await record()).toMatchObject({ state: 'cancelled' });
    expect(await manifest()).toMatchObject({ outcome: 'cancelled' });
  });
});
