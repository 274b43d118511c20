import { randomBytes } from 'node:crypto';
import { createRedisAuditLog } from '@millrace/audit';
import { createIdIndexes, indexedIds } from '@millrace/cohort';
import { packageVersion, readDestinations, readExternalTables } from '@millrace/configuration';
import { createQueries, createShutdown, processStep, sweepQueryFolders } from '@millrace/execution';
import type { ExecutionPorts } from '@millrace/execution';
import { createRedisJobStore, redisStoreRegister, subscribeToDecisions } from '@millrace/jobstore';
import { createDispatcher, rememberArtefacts } from '@millrace/lifecycle';
import {
  atIntervals,
  createDriver,
  createRedisTaskStates,
  createScheduleKeeper,
} from '@millrace/maintenance';
import { observeService, watchEventLoop, watchFault } from '@millrace/observability';
import type { Logger } from '@millrace/observability';
import { READY_KEY, createOperationsListener, finding } from '@millrace/observability/operations-listener';
import {
  createExportQueue,
  createIdleLook,
  createMaintenanceQueue,
  createMaintenanceWorker,
  createStepWorker,
} from '@millrace/queue';
import type { StepWorker } from '@millrace/queue';
import { checkRedis, createRedisConnection, probeRedis, untilReady } from '@millrace/redis';
import type { ConnectionRole, RedisClient } from '@millrace/redis';
import { createEnginePool } from '@millrace/run';
import { createDuckDbEngine } from '@millrace/sqlquery';
import {
  SourceUnavailableError,
  confirmIdentity,
  openKnownSink,
  openProvenSink,
  openSink,
  openSource,
  probeStore,
  sourcesAt,
} from '@millrace/storage';
import { auditAlarmBytes, composeTasks } from './background-tasks.js';
import type { WorkerConfig } from './config.js';
import type { EngineSetup } from './engine-thread.js';
import { openDestinations } from './destination-stores.js';
import { openExternalStores } from './external-stores.js';

/** How long a start waits for Redis. */
const REDIS_PATIENCE_MS = 10_000;
/** Exports whose shards are worked on at the same time are few. */
const EXPORTS_REMEMBERED = 4;
/** How long an engine thread may take to stop by itself. */
const STOP_GRACE_MS = 500;
/** After the shutdown timeout, how long handing back may take. Redis may be away: then leases and messages run out. */
const HAND_BACK_MS = 2_000;
/** How often the messages of dead workers are looked for, at most. */
const MAX_STALLED_INTERVAL_MS = 10_000;
/**
 * These tasks are activated once in every lease, more often than their schedule says: the work of a dead
 * worker should not wait for them, nor depend on ticks, which are lost with the data of Redis.
 */
const RECOVERY_TASKS = ['lease_reaper', 'queue_reconciler', 'export_coordinator'];
const MAX_RECOVERY_INTERVAL_MS = 5_000;
/** How long a worker counts for the window after it was last heard of. */
const KNOWN_FOR_MS = 30_000;

/** Memory of opened id indexes. */
const INDEXES_HELD_BYTES = 32 << 20;

/** How often the store is looked at, whether or not a step uses it. */
const CONFIRM_STORE_MS = 10_000;

/** A worker that gets no messages for so long while some wait is told of, and ended by its orchestrator after the second time. */
const IDLE_MS = 60_000;
const STUCK_MS = 300_000;
/** How often it is looked for. */
const IDLE_LOOK_MS = 10_000;

/** No query is between its start and the end of its upload for so long beyond its own time. */
const QUERY_FILES_MS = 6 * 3_600_000;

/** How often it is seen to that background tasks are scheduled: schedules are lost with the data of Redis. */
const SCHEDULE_INTERVAL_MS = 60_000;

export interface WorkerService {
  readonly log: Logger;
  /** `http://host:port` of the operations listener. */
  readonly operationsUrl: string;
  /** Steps that are being worked on. */
  inFlight(): ReturnType<StepWorker['inFlight']>;
  /** Takes no more messages, lets running shards reach a cut, hands back the rest. */
  stop(): Promise<void>;
}

/** Builds all adapters and starts consuming. */
export async function compose(config: WorkerConfig): Promise<WorkerService> {
  const { leases, operations, storage, shards, engine } = config;
  const version = packageVersion(new URL('../package.json', import.meta.url));
  const externalTable = openExternalStores(
    await readExternalTables(config.externalTables.file, storage.s3),
    openSink,
  );
  const destinations = await readDestinations(config.destinations.file, storage.s3);
  const connections: RedisClient[] = [];
  const probe = (): Promise<void> => probeRedis(redis, config.redis.prefix, connections);
  const { log, metrics, tracing, outages, events } = await observeService({
    service: 'worker',
    version,
    logLevel: operations.logLevel,
    ...config.tracing,
    probes: {
      redis: probe,
      store: () => probeStore(store),
      source: async () => void (await Promise.all([...sources.values()].map((source) => source.probe()))),
    },
  });
  const onRedisError = (err: Error): void => outages.log.warn({ err }, 'redis connection');
  const connect = (role: ConnectionRole): RedisClient => {
    const connection = createRedisConnection(config.redis.where, role, onRedisError);
    connections.push(connection);
    return connection;
  };

  const redis = connect('lease');
  await untilReady(redis, REDIS_PATIENCE_MS);
  await checkRedis(redis);
  const jobs = createRedisJobStore({ redis, prefix: config.redis.prefix, limits: config.fairness });
  await jobs.checkSchema();

  const register = redisStoreRegister({ redis, prefix: config.redis.prefix });
  const known = await openKnownSink(storage.out, storage, register);
  const { sink: store, config: sink, conditionalPut } = known;
  metrics.storageConditionalPut.set(Number(conditionalPut));
  const setup: EngineSetup = {
    sources: (await sourcesAt(storage.data, storage.fhirVersion, storage.gzipRatio)).sources,
    sink,
    scanChecks: engine.scanChecks,
  };
  const sources = new Map(setup.sources.map((source) => [source.name, openSource(source)]));
  const pool = createEnginePool(engine.threads, {
    thread: new URL('./engine-thread.js', import.meta.url),
    setup,
    sink: store,
    stopGraceMs: STOP_GRACE_MS,
    maxHeapMb: engine.maxHeapMb,
    limits: engine.limits,
  });
  // Analyses are for kick-offs, and this process has none. A query takes up the process that waits for one.
  const sql = createDuckDbEngine({
    analysts: 0,
    runners: 1,
    analysisMs: 0,
    mostWaiting: 0,
    patienceMs: 0,
  });
  const sending = connect('request');
  const receiving = connect('worker');
  const hearing = connect('worker');
  const queue = createExportQueue({
    connection: sending,
    prefix: config.redis.prefix,
    onError: onRedisError,
  });

  const dispatcher = createDispatcher({ jobs, queue, onError: (err) => events.dispatchFailed({ err }) });
  const indexes = createIdIndexes({
    store,
    heldBytes: INDEXES_HELD_BYTES,
    onDamaged: (err) => events.idIndexDamaged({ err }),
  });
  const ports: ExecutionPorts = {
    ids: (source, stop) => indexedIds(indexes, source, stop),
    jobs,
    decisions: await subscribeToDecisions({
      redis: hearing,
      prefix: config.redis.prefix,
      onError: onRedisError,
    }),
    queue,
    dispatcher,
    store,
    artefacts: rememberArtefacts(store, EXPORTS_REMEMBERED),
    pool,
    queries: createQueries({ engine: sql, ...config.sql, externalTable }),
    destinations: openDestinations(destinations, (place) =>
      // Engines that read tables run as other users.
      openProvenSink(place.kind === 'file' ? { ...place, isReadable: true } : place, {
        requireConditionalPut: false,
      }),
    ),
    events,
    tracing,
    source(name) {
      const source = sources.get(name);
      if (!source) throw new SourceUnavailableError(name, 'this worker has no source of that name');
      return source;
    },
    nonce: () => randomBytes(12).toString('hex'),
    settings: {
      // Two workers may have been given the same name.
      worker: `${leases.worker}-${randomBytes(4).toString('hex')}`,
      lease: leases.terms,
      maxAttempts: leases.maxAttempts,
      retryDelayMs: leases.retryDelayMs,
      outagePatienceMs: leases.outagePatienceMs,
      shardBytes: shards.shardBytes,
      joinBelowBytes: shards.joinBelowBytes,
      versionsBytes: shards.versionsBytes,
      limits: shards.limits,
      mostPartitions: shards.mostPartitions,
      output: shards.output,
      runTimeMs: shards.runTimeMs,
      engine: engine.engine,
      malformedLines: engine.malformedLines,
      retentionMs: storage.retentionMs,
    },
  };

  const shutdown = createShutdown();
  const worker = createStepWorker({
    connection: receiving,
    prefix: config.redis.prefix,
    concurrency: engine.threads,
    lockMs: leases.terms.leaseMs,
    stalledIntervalMs: Math.min(leases.terms.leaseMs / 2, MAX_STALLED_INTERVAL_MS),
    onError: (err) => outages.log.warn({ err }, 'queue'),
    onStalled: (messageId) => events.stalled({ queue: 'export', messageId }),
    process: (ref, delivery) => processStep(ports, ref, { ...delivery, shutdown }),
  });
  await worker.ready();
  const registered = { id: ports.settings.worker, forMs: KNOWN_FOR_MS };
  const registration = atIntervals(
    KNOWN_FOR_MS / 3,
    async () => {
      await jobs.registerWorker({ ...registered, slots: engine.threads });
      dispatcher.nudge();
    },
    (err) => events.registrationFailed({ err }),
  );
  const confirming = atIntervals(
    CONFIRM_STORE_MS,
    () => confirmIdentity(register, known),
    (err) => outages.log.warn({ err }, 'identity of the object store could not be checked'),
  );
  const audit = createRedisAuditLog({
    redis: sending,
    prefix: config.redis.prefix,
    maxBytes: config.audit.maxUnarchivedBytes,
  });
  const indexing = {
    sources: [...sources.values()],
    pool,
    onPending: (files: number) => metrics.idIndexPending.set(files),
  };
  const tasks = composeTasks(ports, audit, indexing, config);
  const states = createRedisTaskStates({ redis: sending, prefix: config.redis.prefix });
  const driver = createDriver(tasks, {
    states,
    events,
    nonce: ports.nonce,
  });
  const schedule = createMaintenanceQueue({
    connection: sending,
    prefix: config.redis.prefix,
    onError: onRedisError,
  });
  const ticks = createMaintenanceWorker({
    connection: receiving,
    prefix: config.redis.prefix,
    concurrency: tasks.length,
    activate: (task, reason) => driver.activate(task, reason),
    onLost: (err) => events.tickLost({ err }),
    onError: (err) => events.tasksFailed({ part: 'tick', err }),
  });
  await ticks.ready();
  void sweepQueryFolders(config.sql.folder, config.sql.limits.milliseconds + QUERY_FILES_MS).catch(
    (err: unknown) => log.warn({ err }, 'files of queries that a dead worker left could not be removed'),
  );
  // Kick-offs may be waiting for the index, and its first tick is some seconds away.
  void driver
    .activate('id_indexer', 'timeout')
    .catch((err: unknown) => events.tasksFailed({ part: 'start', err }));
  const scheduling = atIntervals(
    SCHEDULE_INTERVAL_MS,
    createScheduleKeeper(tasks, { states, schedule, events }),
    (err) => events.tasksFailed({ part: 'schedule', err }),
  );
  const recovering = atIntervals(
    Math.min(leases.terms.leaseMs, MAX_RECOVERY_INTERVAL_MS),
    async () => {
      for (const task of RECOVERY_TASKS) await driver.activate(task, 'timeout');
      // A flood of requests fills the room of the audit log in less time than the task waits.
      const { bytes } = await audit.backlog();
      if (bytes > auditAlarmBytes(config.audit)) await driver.activate('audit_archive', 'timeout');
      dispatcher.nudge();
    },
    (err) => events.tasksFailed({ part: 'recovery', err }),
  );
  const lookForIdleness = createIdleLook(worker, IDLE_MS);
  const idleness = watchFault('idle-worker', events, 0);
  const watching = atIntervals(
    IDLE_LOOK_MS,
    async () => idleness.saw(lookForIdleness(await queue.read())),
    (err) => outages.log.warn({ err }, 'queue could not be read'),
  );
  const eventLoop = watchEventLoop(events);
  const listener = await createOperationsListener({
    host: operations.host,
    port: operations.port,
    metrics,
    live: () => !shutdown.isHalting && idleness.lastedMs < STUCK_MS,
    ready: async () => ({
      redis: await finding(probe()),
      store: await finding(store.stat(READY_KEY)),
      consuming: shutdown.isDraining ? 'shutting down' : 'ok',
    }),
  });
  log.info(
    { worker: leases.worker, threads: engine.threads, operations: listener.url, conditionalPut },
    'worker started',
  );

  return {
    log,
    operationsUrl: listener.url,
    inFlight: () => worker.inFlight(),
    async stop() {
      shutdown.drain();
      const limit = setTimeout(() => shutdown.halt(new Error('shutdown')), leases.shutdownTimeoutMs);
      const closed = worker.close(leases.shutdownTimeoutMs + HAND_BACK_MS);
      await Promise.all(
        [registration, confirming, recovering, scheduling, watching].map((repeated) => repeated.stop()),
      );
      await driver.stop();
      await jobs
        .registerWorker({ ...registered, slots: 0 })
        .catch((err: unknown) => events.registrationFailed({ err }));
      await closed;
      clearTimeout(limit);
      await dispatcher.close();
      await pool[Symbol.asyncDispose]();
      await sql.close();
      await Promise.all([ticks.close(), schedule.close()]);
      await queue.close();
      await tracing.close();
      await listener.close();
      outages.close();
      eventLoop.close();
      for (const connection of connections) connection.disconnect();
    },
  };
}
