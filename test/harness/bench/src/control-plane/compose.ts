import { randomBytes } from 'node:crypto';
import { lookThrough } from '@millrace/cohort';
import { NO_DESTINATIONS, NO_QUERIES, createShutdown, processStep } from '@millrace/execution';
import type { ExecutionPorts } from '@millrace/execution';
import { exportObjectKey } from '@millrace/export';
import type { ExportRequest } from '@millrace/export';
import { createRedisJobStore } from '@millrace/jobstore';
import { createDispatcher, rememberArtefacts } from '@millrace/lifecycle';
import { activateAlone, atIntervals, createLeaseReaper, createQueueReconciler } from '@millrace/maintenance';
import type { TaskStatus } from '@millrace/maintenance';
import { createEvents, createLogger, createMetrics, noTracing } from '@millrace/observability';
import { createExportQueue, createStepWorker } from '@millrace/queue';
import { createRedisConnection, untilReady } from '@millrace/redis';
import { createMemorySink } from '@millrace/storage/memory';
import { BenchmarkError } from '../errors.js';
import { IDLE_PART, createIdlePool } from './idle-pool.js';
import { createIdleSource } from './idle-source.js';
import { usageIn } from './redis-usage.js';
import type { RedisUsage } from './redis-usage.js';

/** A worker in this process whose engines do nothing: only the job store, the queue and the steps remain. */
export interface IdleWorker extends AsyncDisposable {
  /** Runs an export of this many shards to its end. @throws BenchmarkError when it does not complete */
  export(shards: number, signal: AbortSignal): Promise<void>;
  usage(): Promise<RedisUsage>;
}

const OWNER = { tenant: 'default', client: 'anonymous' } as const;
const LEASE = { leaseMs: 30_000, marginMs: 2_000 };
const REDIS_PATIENCE_MS = 10_000;
const RECOVERY_INTERVAL_MS = 5_000;
/** Nothing here lives long enough to be stale. */
const TERMS = {
  queueTimeoutMs: Infinity,
  noProgressMs: Infinity,
  preparingMs: Infinity,
  decidingMs: Infinity,
};

/** @param slots shards that are worked on at a time */
export async function startIdleWorker(
  redisUrl: string,
  options: {
    readonly prefix: string;
    readonly slots: number;
    readonly view: Readonly<Record<string, unknown>>;
  },
): Promise<IdleWorker> {
  const { prefix, slots, view } = options;
  const redis = createRedisConnection(redisUrl, 'lease');
  const sending = createRedisConnection(redisUrl, 'request');
  const receiving = createRedisConnection(redisUrl, 'worker');
  await untilReady(redis, REDIS_PATIENCE_MS);
  const jobs = createRedisJobStore({ redis, prefix });
  await jobs.checkSchema();

  const faults: unknown[] = [];
  const queue = createExportQueue({ connection: sending, prefix });
  const dispatcher = createDispatcher({ jobs, queue, onError: (error) => faults.push(error) });
  const store = {
    ...createMemorySink(),
    // Parts are never written; finalize asks for each of them.
    stat: (key: string) => Promise.resolve({ key, ...IDLE_PART, modifiedAt: new Date(0) }),
  };
  const endings = new Map<string, (outcome: string) => void>();
  const log = createLogger({ service: 'bench', level: 'silent' });
  const events = createEvents({ log, metrics: createMetrics({ service: 'bench', version: '0.1.0' }) });
  const ports: ExecutionPorts = {
    jobs,
    queue,
    dispatcher,
    tracing: noTracing,
    store,
    artefacts: rememberArtefacts(store, 4),
    pool: createIdlePool(slots),
    queries: NO_QUERIES,
    destinations: NO_DESTINATIONS,
    // Nothing is cancelled here.
    decisions: { onDecided: () => () => undefined },
    events: {
      ...events,
      exportSettled(event) {
        events.exportSettled(event);
        endings.get(event.exportId)?.(event.outcome);
      },
    },
    ids: lookThrough,
    source: (name) => createIdleSource(name, Number(name)),
    nonce: () => randomBytes(12).toString('hex'),
    settings: {
      worker: 'bench',
      lease: LEASE,
      maxAttempts: 3,
      retryDelayMs: 1_000,
      outagePatienceMs: 60_000,
      shardBytes: 1,
      joinBelowBytes: 4 << 20,
      versionsBytes: 1e9,
      // The parts are never written, so that none may be joined.
      limits: { partBytes: -1, partRows: 1, inputBytes: 1, seconds: 1 },
      engine: 'auto',
      malformedLines: 'fail',
      mostPartitions: 1_000,
      output: { rows: 0, bytes: 0, files: 0 },
      runTimeMs: 0,
      retentionMs: 86_400_000,
    },
  };
  await jobs.registerWorker({ id: 'bench', slots, forMs: 3_600_000 });
  const shutdown = createShutdown();
  const worker = createStepWorker({
    connection: receiving,
    prefix,
    concurrency: slots,
    onError: (error) => faults.push(error),
    process: (ref, delivery) => processStep(ports, ref, { ...delivery, shutdown }),
  });
  await worker.ready();
  const recovery = [
    createLeaseReaper({
      jobs,
      terms: TERMS,
      maxReclaimedPerActivation: 100,
      onReclaimed: () => dispatcher.nudge(),
    }),
    createQueueReconciler({
      jobs,
      terms: TERMS,
      maxAskedPerActivation: 100,
      undelivered: (steps) => queue.undelivered(steps),
      onReturned: () => dispatcher.nudge(),
      onLost: (exportId) => faults.push(new BenchmarkError(`the record of export ${exportId} is gone`)),
    }),
  ];
  const recovering = atIntervals(
    RECOVERY_INTERVAL_MS,
    async () => {
      for (const task of recovery) faults.push(...(await activateAlone<TaskStatus>(task)).errors);
    },
    (error) => faults.push(error),
  );

  return {
    async export(shards, signal) {
      const id = randomBytes(16).toString('hex');
      // A signal of its own: its listener goes with it.
      const stop = AbortSignal.any([signal]);
      const ended = new Promise<string>((resolve, reject) => {
        endings.set(id, resolve);
        stop.addEventListener('abort', () => reject(stop.reason as Error), { once: true });
      });
      await jobs.create({ id, ...OWNER });
      const request: ExportRequest = {
        schemaVersion: 1,
        id,
        ...OWNER,
        operation: 'bench',
        acceptedAt: new Date().toISOString(),
        format: 'ndjson',
        header: true,
        source: String(shards),
        fhirVersion: 'R4',
        subjects: [{ kind: 'view', name: 'rows', view }],
      };
      const key = exportObjectKey(OWNER.tenant, id, 'request');
      await store.createIfAbsent(key, Buffer.from(JSON.stringify(request)));
      await jobs.activate(id);
      dispatcher.nudge();
      const outcome = await ended;
      endings.delete(id);
      if (outcome !== 'completed' || faults.length > 0) {
        throw new BenchmarkError(
          `an export of ${shards} shards ${outcome}: ${faults.map(String).join('; ')}`,
        );
      }
    },
    usage: async () => usageIn(await redis.info()),
    async [Symbol.asyncDispose]() {
      await Promise.all([worker.close(REDIS_PATIENCE_MS), recovering.stop()]);
      await dispatcher.close();
      await queue.close();
      for (const connection of [redis, sending, receiving]) connection.disconnect();
    },
  };
}
