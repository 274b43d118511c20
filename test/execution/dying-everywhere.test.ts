import { describe, expect, test } from '@jest/globals';
import { lookThrough } from '@millrace/cohort';
import { NO_DESTINATIONS, NO_QUERIES, createShutdown, outcomePorts, processStep } from '@millrace/execution';
import type { ExecutionPorts } from '@millrace/execution';
import { EMPTY_TALLY, exportObjectKey } from '@millrace/export';
import type { Cut, ExportRequest, JobStore } from '@millrace/export';
import { createMemoryJobStore } from '@millrace/jobstore/memory';
import { deleteExport, readManifest, rememberArtefacts, resumeDecision } from '@millrace/lifecycle';
import { createEvents, createLogger, createMetrics, noTracing } from '@millrace/observability';
import { emptySurvey } from '@millrace/storage';
import { createMemorySink } from '@millrace/storage/memory';
import type { Sink } from '@millrace/storage';
import { describeHere } from './describe-here.js';

const ID = '0123456789abcdef0123456789abcdef';
/** A dead process writes again and again until its lease is over, by the real clock. */
const LEASE_MS = 150;
const PATIENCE_MS = 120_000;
const SHARDS = 2;
const VIEW = {
  resourceType: 'ViewDefinition',
  status: 'active',
  resource: 'Patient',
  select: [{ column: [{ name: 'id', path: 'id' }] }],
};

/** What outlives processes. */
interface Platform {
  readonly jobs: JobStore;
  readonly store: Sink;
  now: number;
}

async function openPlatform(partitionBy?: string): Promise<Platform> {
  const platform = { now: 1_800_000_000_000, store: createMemorySink() } as Platform & { jobs: JobStore };
  platform.jobs = createMemoryJobStore({ now: () => platform.now });
  await platform.jobs.create({ id: ID, tenant: 't', client: 'c' });
  const request: ExportRequest = {
    schemaVersion: 1,
    id: ID,
    tenant: 't',
    client: 'c',
    operation: 'sql-export',
    source: 's',
    format: 'ndjson',
    header: true,
    fhirVersion: 'R4',
    acceptedAt: new Date(platform.now).toISOString(),
    subjects: [{ kind: 'view', name: 'rows', view: VIEW }],
    ...(partitionBy === undefined ? {} : { partitionBy }),
  };
  await platform.store.createIfAbsent(
    exportObjectKey('t', ID, 'request'),
    Buffer.from(JSON.stringify(request)),
  );
  await platform.jobs.activate(ID);
  return platform;
}

class ProcessDied extends Error {}

/** Counts the calls of a process, and ends it at one of them: before it has an effect, or after. */
class Fate {
  calls = 0;
  readonly #at: number;
  readonly #when: 'before' | 'after';

  constructor(at: number, when: 'before' | 'after') {
    this.#at = at;
    this.#when = when;
  }

  get hasStruck(): boolean {
    return this.calls >= this.#at;
  }

  mortal<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (object, name) => {
        const member: unknown = Reflect.get(object, name);
        if (typeof member !== 'function' || name === 'list' || name === 'stream') return member;
        return async (...args: unknown[]): Promise<unknown> => {
          // A dead process does nothing any more.
          if (this.hasStruck) throw new ProcessDied();
          this.calls += 1;
          if (this.hasStruck && this.#when === 'before') throw new ProcessDied();
          const result: unknown = await Reflect.apply(member, object, args);
          if (this.hasStruck) throw new ProcessDied();
          return result;
        };
      },
    });
  }
}

/** A worker whose engine makes two cuts of each shard, with a part of one row each; where there are partitions, one for each cut. */
function worker(platform: Platform, fate: Fate): ExecutionPorts {
  const store = fate.mortal(platform.store);
  let nonces = 0;
  return {
    ids: lookThrough,
    jobs: fate.mortal(platform.jobs),
    store,
    artefacts: rememberArtefacts(store, 4),
    decisions: { onDecided: () => () => undefined },
    queue: { undelivered: async () => [] },
    tracing: noTracing,
    dispatcher: { nudge: () => undefined },
    source: () => ({
      name: 's',
      fhirVersion: 'R4',
      probe: async () => undefined,
      survey: async () => emptySurvey(),
      list: async () =>
        Array.from({ length: SHARDS }, (_, n) => ({
          key: `${n}.ndjson`,
          bytes: 10,
          compression: 'none' as const,
          version: '1',
        })),
      read: () => {
        throw new Error('inputs of one shard are not read here');
      },
    }),
    queries: NO_QUERIES,
    destinations: NO_DESTINATIONS,
    pool: {
      size: 1,
      async run(task, watch) {
        const listOf = async (number: number): Promise<string> => {
          await using upload = await store.open(`${task.partPrefix}${number}.partitions.json`);
          await upload.write(Buffer.from(`{"schemaVersion":1,"values":["${number}"]}`));
          return (await upload.commit()).key;
        };
        const cut = async (number: number, from: number, to: number): Promise<Cut> => {
          const partition =
            task.partitionBy === undefined ? {} : { partition: { list: await listOf(number), at: 0 } };
          await using upload = await store.open(`${task.partPrefix}${number}.ndjson`);
          await upload.write(Buffer.from(`{"id":"${task.input.key}-${number}"}\n`));
          const { key, bytes, sha256, etag } = await upload.commit();
          const part = { subject: 0, key, rows: 1, bytes, sha256, etag, ...partition };
          return { cut: number, from, to, parts: [part], bytesRead: to - from, tally: EMPTY_TALLY };
        };
        // What was committed before is not read again.
        if (task.from === 0) await watch.onCut(await cut(0, 0, 5));
        return { resources: 1, rows: 1, engines: [], last: await cut(1, 5, 10) };
      },
      copy: () => Promise.reject(new Error('nothing is copied')),
      findSuperseded: () => Promise.reject(new Error('there is one version of each resource')),
      describe: describeHere,
      [Symbol.asyncDispose]: async () => undefined,
    },
    events: createEvents({
      log: createLogger({ service: 'test', level: 'silent' }),
      metrics: createMetrics({ service: 'test', version: '0' }),
    }),
    settings: {
      worker: 'w',
      lease: { leaseMs: LEASE_MS, marginMs: 1 },
      maxAttempts: 9,
      outagePatienceMs: 60_000,
      retryDelayMs: 1,
      shardBytes: 10,
      joinBelowBytes: 4 << 20,
      versionsBytes: 1e9,
      engine: 'auto',
      malformedLines: 'fail',
      mostPartitions: 1_000,
      output: { rows: 0, bytes: 0, files: 0 },
      runTimeMs: 0,
      retentionMs: 86_400_000,
      limits: { partBytes: 1_000, partRows: 3, inputBytes: 1_000, seconds: 1_000 },
    },
    nonce: () => `${platform.now}-${(nonces += 1)}`,
  };
}

/** Works until the process dies, or there is nothing to be done. */
async function live(platform: Platform, fate: Fate): Promise<void> {
  const ports = worker(platform, fate);
  const never = new AbortController().signal;
  const delivery = { lost: never, shutdown: createShutdown(), ageMs: 0 };
  for (;;) {
    const steps = await platform.jobs.dispatch(10);
    if (steps.length === 0) return;
    for (const step of steps) {
      await processStep(ports, step, delivery).catch((error: unknown) => {
        if (!fate.hasStruck) throw error;
      });
      if (fate.hasStruck) return;
    }
  }
}

/** What the tasks do for the others once a lease is over. */
async function recover(platform: Platform): Promise<void> {
  platform.now += LEASE_MS + 60_000;
  const { steps } = await platform.jobs.sentSteps(100);
  await platform.jobs.takeBack(steps.flatMap((step) => (step.state === 'running' ? [step] : [])));
  await platform.jobs.resolve({ lost: steps.filter(({ state }) => state === 'waiting'), there: [] });
  const record = await platform.jobs.read(ID);
  if (record?.state === 'deciding')
    await resumeDecision(outcomePorts(worker(platform, new Fate(Infinity, 'after'))), record);
}

async function objectsOf({ store }: Platform): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of store.list(`t/${ID}/`)) found.push(key);
  return found;
}

describe.each(['before', 'after'] as const)('a process that dies %s a call takes effect', (when) => {
  test.each([undefined, 'cut'])(
    'of the start of an export to its end, at any of them: another one goes on, and every row is there once (partitions by %s)',
    async (partitionBy) => {
      let at = 1;
      for (; ; at += 1) {
        const platform = await openPlatform(partitionBy);
        const fate = new Fate(at, when);
        await live(platform, fate);
        const hasDied = fate.hasStruck;
        for (
          let round = 0;
          round < 5 && (await platform.jobs.read(ID))?.expiresAt === undefined;
          round += 1
        ) {
          await recover(platform);
          await live(platform, new Fate(Infinity, 'after'));
        }
        const manifest = await readManifest(platform.store, 't', ID);
        if (manifest?.outcome !== 'completed')
          throw new Error(`dead ${when} call ${at}: ${manifest?.outcome ?? 'nothing'}`);
        const rows: string[] = [];
        const files = manifest.outputs.flatMap((output) => output.files);
        for (const { key } of files) {
          rows.push(Buffer.from((await platform.store.read(key)) ?? '').toString());
        }
        // Parts are joined, three rows in a file, and none of two partitions.
        const joined =
          partitionBy === undefined
            ? [['0.ndjson-0', '0.ndjson-1', '1.ndjson-0'], ['1.ndjson-1']]
            : [
                ['0.ndjson-0', '1.ndjson-0'],
                ['0.ndjson-1', '1.ndjson-1'],
              ];
        const lines = joined.map((ids) => ids.map((id) => `{"id":"${id}"}\n`).join(''));
        expect({ at, rows }).toEqual({ at, rows: lines });
        const values = files.map(({ partitionValues }) => partitionValues);
        const told = partitionBy === undefined ? [undefined, undefined] : [{ cut: '0' }, { cut: '1' }];
        expect({ at, values }).toEqual({ at, values: told });
        if (!hasDied) break;
      }
      expect(at).toBeGreaterThan(20);
    },
    PATIENCE_MS,
  );

  test(
    'of the deletion of an export, at any of them: another one ends it, and nothing is left',
    async () => {
      let at = 1;
      for (; ; at += 1) {
        const platform = await openPlatform();
        await live(platform, new Fate(Infinity, 'after'));
        const record = await platform.jobs.read(ID);
        if (record?.expiresAt === undefined) throw new Error('the export is not over');
        const fate = new Fate(at, when);
        const mortal = { jobs: fate.mortal(platform.jobs), store: fate.mortal(platform.store) };
        await deleteExport(mortal, record).catch((error: unknown) => {
          if (!(error instanceof ProcessDied)) throw error;
        });
        const hasDied = fate.hasStruck;
        await deleteExport(platform, record);
        expect({ at, objects: await objectsOf(platform), record: await platform.jobs.read(ID) }).toEqual({
          at,
          objects: [],
          record: undefined,
        });
        if (!hasDied) break;
      }
      expect(at).toBeGreaterThan(5);
    },
    PATIENCE_MS,
  );
});
