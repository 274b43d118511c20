import { randomBytes } from 'node:crypto';
import { lookThrough } from '@millrace/cohort';
import { loadConfig } from '@millrace/configuration';
import { NO_DESTINATIONS, NO_QUERIES } from '@millrace/execution';
import type { ExecutionPorts, Queries } from '@millrace/execution';
import type { JobStore } from '@millrace/export';
import { createRedisJobStore } from '@millrace/jobstore';
import { rememberArtefacts } from '@millrace/lifecycle';
import { createEvents, createLogger, createMetrics, noTracing } from '@millrace/observability';
import type { Events } from '@millrace/observability';
import { createExportQueue } from '@millrace/queue';
import { createRedisConnection, untilReady } from '@millrace/redis';
import { openSink } from '@millrace/storage';
import type { Sink } from '@millrace/storage';
import { configSchema, unsafeSettings } from '@millrace/worker-service/config';
import type { WorkerConfig } from '@millrace/worker-service/config';
import { IDLE_PART, createIdlePool } from '../control-plane/idle-pool.js';
import { createIdleSource } from '../control-plane/idle-source.js';

/** The places of a simulation, and its sizes. Plain values, so that they can be posted to a thread. */
export interface SimulationPlan {
  readonly redisUrl: string;
  /** Folder of the object store. */
  readonly out: string;
  /** Shards that a worker does at a time. */
  readonly slots: number;
  /** Shards of each export. */
  readonly shardsOfExport: number;
  /** Renewals of the lease of each shard. */
  readonly beats: number;
}

/** The ports that the workers of one thread share. A process has one of each too: Redis sees no difference. */
export interface SharedPorts {
  readonly config: WorkerConfig;
  readonly store: Sink;
  readonly artefacts: ExecutionPorts['artefacts'];
  readonly events: Events;
}

const REDIS_PATIENCE_MS = 60_000;
/** All of a run: reading plans again is work of the object store, not of Redis. */
const EXPORTS_REMEMBERED = 10_000;

/** The settings are the defaults of a worker. */
export function sharePorts({ redisUrl, out, slots }: SimulationPlan): SharedPorts {
  const environment = {
    REDIS_URL: redisUrl,
    MILLRACE_DATA: out,
    MILLRACE_OUT: out,
    ENGINE_THREADS: String(slots),
  };
  const sink = openSink({ kind: 'file', root: out });
  const store: Sink = {
    ...sink,
    // Parts are never written; finalize asks for each of them.
    stat: async (key) =>
      key.includes('/shard-') ? { key, ...IDLE_PART, modifiedAt: new Date(0) } : sink.stat(key),
  };
  const log = createLogger({ service: 'bench', level: 'silent' });
  return {
    config: loadConfig(configSchema, environment, unsafeSettings),
    store,
    artefacts: rememberArtefacts(store, EXPORTS_REMEMBERED),
    events: createEvents({ log, metrics: createMetrics({ service: 'bench', version: '0.1.0' }) }),
  };
}

/** The ports of one worker, on connections of its own, without a dispatcher and without the news of decisions. */
export async function openPorts(
  plan: SimulationPlan,
  { config, store, artefacts, events }: SharedPorts,
  name: string,
  onError: (error: Error) => void,
) {
  const { prefix } = config.redis;
  const redis = createRedisConnection(plan.redisUrl, 'lease', onError);
  const sending = createRedisConnection(plan.redisUrl, 'request', onError);
  await untilReady(redis, REDIS_PATIENCE_MS);
  const redisJobs = createRedisJobStore({ redis, prefix, limits: config.fairness });
  await redisJobs.checkSchema();
  const jobs = renewing(redisJobs, plan.beats, config.leases.terms.leaseMs);
  const queue = createExportQueue({ connection: sending, prefix, onError });
  const ports = {
    jobs,
    queue,
    store,
    artefacts,
    pool: createIdlePool(plan.slots),
    queries: NO_QUERIES satisfies Queries,
    destinations: NO_DESTINATIONS,
    events,
    tracing: noTracing,
    // Shards of one byte: each empty line of the input is a shard.
    ids: lookThrough,
    source: (source: string) => createIdleSource(source, plan.shardsOfExport),
    nonce: () => randomBytes(12).toString('hex'),
    settings: {
      worker: name,
      lease: config.leases.terms,
      maxAttempts: config.leases.maxAttempts,
      retryDelayMs: config.leases.retryDelayMs,
      outagePatienceMs: config.leases.outagePatienceMs,
      shardBytes: 1,
      joinBelowBytes: 4 << 20,
      versionsBytes: config.shards.versionsBytes,
      // The parts are never written, so that none may be joined.
      limits: { ...config.shards.limits, partBytes: -1 },
      mostPartitions: config.shards.mostPartitions,
      output: config.shards.output,
      runTimeMs: config.shards.runTimeMs,
      engine: config.engine.engine,
      malformedLines: config.engine.malformedLines,
      retentionMs: config.storage.retentionMs,
    },
  } satisfies Omit<ExecutionPorts, 'dispatcher' | 'decisions'>;
  return {
    ports,
    redis,
    sending,
    async close() {
      await queue.close();
      redis.disconnect();
      sending.disconnect();
    },
  };
}

/** Renews the lease of each shard so often, as a worker does that evaluates it for a while. */
function renewing(jobs: JobStore, beats: number, leaseMs: number): JobStore {
  return {
    ...jobs,
    async claim(step, by) {
      const claim = await jobs.claim(step, by);
      if (claim.kind !== 'claimed' || !step.step.startsWith('shard-')) return claim;
      for (let beat = 0; beat < beats; beat += 1) await jobs.heartbeat(claim.lease, leaseMs);
      return claim;
    },
  };
}
