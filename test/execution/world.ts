import { randomUUID } from 'node:crypto';
import { lookThrough } from '@millrace/cohort';
import { createRedisConnection, untilReady } from '@millrace/redis';
import type { Redis } from 'ioredis';
import { NO_DESTINATIONS, NO_QUERIES, createShutdown, outcomePorts, processStep } from '@millrace/execution';
import type { ExecutionPorts, LeaseTerms } from '@millrace/execution';
import { EMPTY_TALLY, exportObjectKey } from '@millrace/export';
import type { ExportRequest } from '@millrace/export';
import { createRedisJobStore, subscribeToDecisions } from '@millrace/jobstore';
import type { RedisJobStore, StoreLimits } from '@millrace/jobstore';
import { createDispatcher, rememberArtefacts, resumeDecision, undoKickOff } from '@millrace/lifecycle';
import type { Dispatcher } from '@millrace/lifecycle';
import {
  activateAlone,
  createExportCoordinator,
  createLeaseReaper,
  createQueueReconciler,
} from '@millrace/maintenance';
import { createEvents, createLogger, createMetrics, noTracing } from '@millrace/observability';
import type { Metrics } from '@millrace/observability';
import { createExportQueue, createStepWorker } from '@millrace/queue';
import type { ExportQueue } from '@millrace/queue';
import type { EnginePool } from '@millrace/run';
import { emptySurvey } from '@millrace/storage';
import { createMemorySink } from '@millrace/storage/memory';
import type { Sink, Source } from '@millrace/storage';
import { REDIS_URL } from '../redis-url.js';
import { describeHere } from './describe-here.js';
import { until } from '../until.js';

export type RunShard = (exportId: string, ...call: Parameters<EnginePool['run']>) => Promise<void>;

/** Workers of one process over a real job store and a real queue. Shards are not read: `runShard` stands for that. */
export interface World extends AsyncDisposable {
  readonly redis: Redis;
  readonly prefix: string;
  readonly jobs: RedisJobStore;
  readonly queue: ExportQueue;
  readonly ports: ExecutionPorts;
  readonly dispatcher: Dispatcher;
  readonly metrics: Metrics;
  /** Begins to take messages. */
  work(slots: number): Promise<void>;
  /** Takes no more messages, and ends what is running. */
  rest(): Promise<void>;
  /** Accepts an export whose plan has that many shards, and lets it be dispatched. */
  kickOff(shards: number, tenant?: string): Promise<string>;
  /** Runs the tasks once that find what was lost, and says what failed. */
  recover(): Promise<readonly string[]>;
  /** Resolves when the export has ended. */
  outcome(id: string): Promise<string>;
}

const LEASE = { leaseMs: 2_000, marginMs: 200 };
const INPUT_BYTES = 10;
const VIEW = {
  resourceType: 'ViewDefinition',
  status: 'active',
  resource: 'Patient',
  select: [{ column: [{ name: 'id', path: 'id' }] }],
};

export async function openWorld({
  limits = {},
  runShard = async () => undefined,
  prefix = `{t-world-${randomUUID()}}`,
  store = createMemorySink(),
  lease = LEASE,
}: {
  limits?: Partial<StoreLimits>;
  runShard?: RunShard;
  /** What it shares with others. */
  prefix?: string;
  store?: Sink;
  lease?: LeaseTerms;
}): Promise<World> {
  const redis = createRedisConnection(REDIS_URL, 'lease');
  const receiving = createRedisConnection(REDIS_URL, 'worker');
  const hearing = createRedisConnection(REDIS_URL, 'worker');
  await untilReady(redis, 5_000);
  const jobs = createRedisJobStore({ redis, prefix, limits });
  const queue = createExportQueue({ connection: redis, prefix });
  const metrics = createMetrics({ service: 'test', version: '0' });
  const events = createEvents({ log: createLogger({ service: 'test', level: 'silent' }), metrics });
  const dispatcher = createDispatcher({ jobs, queue, onError: (err) => events.dispatchFailed({ err }) });
  const shardsOf = new Map<string, number>();
  const ports: ExecutionPorts = {
    jobs,
    queue,
    dispatcher,
    events,
    tracing: noTracing,
    store,
    artefacts: rememberArtefacts(store, 4),
    decisions: await subscribeToDecisions({ redis: hearing, prefix, onError: () => undefined }),
    ids: lookThrough,
    source: (name) => sourceOf(shardsOf.get(name) ?? 1),
    queries: NO_QUERIES,
    destinations: NO_DESTINATIONS,
    pool: {
      size: 1,
      async run(task, watch) {
        await runShard(task.source, task, watch);
        const none = { from: task.from, to: task.from, parts: [], bytesRead: 0, tally: EMPTY_TALLY };
        return { resources: 0, rows: 0, engines: [], last: { cut: task.firstCut, ...none } };
      },
      copy: () => Promise.reject(new Error('nothing is copied')),
      findSuperseded: () => Promise.reject(new Error('there is one version of each resource')),
      describe: describeHere,
      [Symbol.asyncDispose]: async () => undefined,
    },
    settings: {
      worker: 'w1',
      lease,
      maxAttempts: 3,
      retryDelayMs: 50,
      outagePatienceMs: 60_000,
      shardBytes: INPUT_BYTES,
      joinBelowBytes: 4 << 20,
      versionsBytes: 1e9,
      limits: { partBytes: 1_000, partRows: 10, inputBytes: 1_000, seconds: 1 },
      mostPartitions: 1_000,
      engine: 'auto',
      malformedLines: 'fail',
      output: { rows: 0, bytes: 0, files: 0 },
      runTimeMs: 0,
      retentionMs: 86_400_000,
    },
    nonce: randomUUID,
  };
  const terms = { queueTimeoutMs: 1e9, noProgressMs: 1e9, preparingMs: 600_000, decidingMs: 30_000 };
  const tasks = {
    leases: createLeaseReaper({
      jobs,
      terms,
      maxReclaimedPerActivation: 100,
      onReclaimed: (steps) => events.stepsReturned({ reason: 'lease', steps }),
    }),
    messages: createQueueReconciler({
      jobs,
      terms,
      maxAskedPerActivation: 100,
      undelivered: (steps) => queue.undelivered(steps),
      onReturned: (reason, steps) => events.stepsReturned({ reason, steps }),
      onLost: (exportId) => events.recordLost({ exportId }),
    }),
    decisions: createExportCoordinator({
      jobs,
      terms,
      maxSeenPerActivation: 100,
      resume: (record) => resumeDecision(outcomePorts(ports), record),
      cleanUp: (record) => undoKickOff({ jobs, store: ports.store }, record),
    }),
  };
  const closing: (() => Promise<unknown>)[] = [];

  return {
    redis,
    prefix,
    jobs,
    queue,
    ports,
    dispatcher,
    metrics,
    async work(slots) {
      await jobs.registerWorker({ id: 'w1', slots, forMs: 600_000 });
      const shutdown = createShutdown();
      const worker = createStepWorker({
        connection: receiving,
        prefix,
        concurrency: slots,
        lockMs: lease.leaseMs,
        process: (ref, delivery) => processStep(ports, ref, { ...delivery, shutdown }),
      });
      closing.push(() => worker.closeNow());
      await worker.ready();
      dispatcher.nudge();
    },
    async rest() {
      await Promise.all(closing.splice(0).map((close) => close()));
    },
    async kickOff(shards, tenant = 'default') {
      const id = randomUUID();
      shardsOf.set(id, shards);
      const created = await jobs.create({ id, tenant, client: 'anonymous' });
      if (created.kind !== 'created') throw new Error(`the export is ${created.kind}`);
      const request: ExportRequest = {
        // The source of an export is named after it, so that each can have its own number of inputs.
        schemaVersion: 1,
        id,
        tenant,
        client: 'anonymous',
        operation: 'sql-export',
        source: id,
        format: 'ndjson',
        header: true,
        fhirVersion: 'R4',
        acceptedAt: new Date(created.at).toISOString(),
        subjects: [{ kind: 'view', name: 'patients', view: VIEW }],
      };
      const key = exportObjectKey(tenant, id, 'request');
      await ports.store.createIfAbsent(key, Buffer.from(JSON.stringify(request)));
      await jobs.activate(id);
      dispatcher.nudge();
      return id;
    },
    async recover() {
      const results = [
        await activateAlone(tasks.leases),
        await activateAlone(tasks.messages),
        await activateAlone(tasks.decisions),
      ];
      dispatcher.nudge();
      return results.flatMap(({ errors }) => errors);
    },
    async outcome(id) {
      return until(async () => {
        const record = await jobs.read(id);
        return record?.expiresAt === undefined ? undefined : record.state;
      });
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(closing.map((close) => close()));
      await dispatcher.close();
      await queue.close();
      const keys = await redis.keys(`${prefix}*`);
      for (let at = 0; at < keys.length; at += 1_000) await redis.unlink(keys.slice(at, at + 1_000));
      redis.disconnect();
      receiving.disconnect();
      hearing.disconnect();
    },
  };
}

/** As many inputs of one shard each as asked for. */
function sourceOf(inputs: number): Source {
  return {
    name: 'source',
    fhirVersion: 'R4',
    list: async () =>
      Array.from({ length: inputs }, (_, n) => ({
        key: `${n}.ndjson`,
        bytes: INPUT_BYTES,
        compression: 'none' as const,
        version: '1',
      })),
    survey: async () => emptySurvey(),
    read: () => {
      throw new Error('inputs of one shard are not read here');
    },
    probe: async () => undefined,
  };
}
