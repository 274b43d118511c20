import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createRedisAuditLog } from '@millrace/audit';
import { createCompilation } from '@millrace/compilation';
import { createLiveSnapshots, queueBoard } from '@millrace/console';
import { readDestinations, readExternalTables } from '@millrace/configuration';
import { createRedisJobStore, redisStoreRegister } from '@millrace/jobstore';
import {
  createBackgroundWork,
  createDispatcher,
  createKeyRecovery,
  rememberAnswers,
  sweepLostExports,
} from '@millrace/lifecycle';
import { atIntervals, createRedisTaskStates } from '@millrace/maintenance';
import { observeService, watchEventLoop } from '@millrace/observability';
import type { Logger } from '@millrace/observability';
import { createOperationsListener } from '@millrace/observability/operations-listener';
import { createExportQueue, createMaintenanceQueue } from '@millrace/queue';
import { checkRedis, createRedisConnection, probeRedis, untilReady } from '@millrace/redis';
import { shareThreads } from '@millrace/run';
import { createDuckDbEngine } from '@millrace/sqlquery';
import {
  committedObjects,
  confirmIdentity,
  isResourceType,
  openKnownSink,
  openSink,
  probeStore,
} from '@millrace/storage';
import { createGate } from '@millrace/threads';
import { isLoopbackHost } from './admin/admission.js';
import { failureWords, operatorRouter } from './admin/operator-router.js';
import { openOperatorToken } from './admin/operator-token.js';
import { snapshotReader } from './admin/read-snapshot.js';
import { composeAuth, readAuthFiles } from './auth/compose-auth.js';
import { tenantSources } from './auth/tenant-sources.js';
import { operatorCheck, type OperatorCheck } from './admin/operator-check.js';
import { createApp } from './app.js';
import { createRefusalRoom } from './audit/refusal-room.js';
import { composeLookup } from './compose-lookup.js';
import { composeTenants } from './compose-tenants.js';
import { createExternalTables } from './external/external-tables.js';
import type { ApiConfig } from './config.js';
import { createBodyParser } from './http/body-parser.js';
import { composeStoreLinks } from './http/store-links.js';
import { createSendingRoom } from './http/sending-room.js';
import { tenantShare } from './http/tenant-share.js';
import { createOpenRequests } from './http/open-requests.js';
import type { OpenRequests } from './http/open-requests.js';
import { answerInTurn } from './http/pipelining.js';
import { listen } from './http-server.js';
import { openSources } from './sources/compose.js';
import { VERSION, publishedServer } from './published-server.js';
import { readReadiness } from './readiness.js';
import { refreshMetrics } from './refresh-metrics.js';
import { BOARD_PATH } from './route-table.js';
import { createRunPool } from './run/run-pool.js';
import { createRunTurns } from './run/run-turns.js';
import { createRedisCheck } from './redis-check.js';
import { createGroupFinder } from './find-groups.js';
import { typesOfSources } from './source-types.js';
import { openCertificate } from './read-tls.js';
import { watchFiles } from './settings-files/watch-files.js';
import { tablesOf } from './tables-of.js';
import { watchRedisMemory } from './watch-redis-memory.js';

export interface ApiService {
  readonly log: Logger;
  /** FHIR base, as clients are told. */
  readonly fhirUrl: string;
  /** `http://host:port`, or `https://host:port`, of the FHIR listener itself. */
  readonly listenerUrl: string;
  /** `http://host:port` of the operations listener. */
  readonly operationsUrl: string;
  /** Requests that are being answered. */
  inFlight(): ReturnType<OpenRequests['list']>;
  /** Finishes open requests, then stops. May be repeated. */
  stop(): Promise<void>;
}

/** How long a start waits for Redis. Without it the API starts all the same, and is not ready. */
const REDIS_PATIENCE_MS = 3000;
/** Exports that clients poll or download from at the same time. */
const EXPORTS_REMEMBERED = 32;
/** Objects of one part of a sweep for exports that Redis has lost. */
const SWEEP_KEYS = 2_000;
/** How long a listing of the types of a source counts where clients only read about it. */
const TYPES_KNOWN_MS = 10_000;
/** How often the store and the sources are looked at, whether or not somebody uses them. */
const LOOK_MS = 10_000;
const ENQUEUE_MS = 700;
/** How often pages of operations are told how things stand, and how many of them one API serves. */
const SNAPSHOT_MS = 2_000;
const MOST_WATCHERS = 32;
/** Length of the nonce that names one decision, or one attempt at it. */
const NONCE_BYTES = 8;
/** How long a run keeps an engine thread while other runs wait for one. */
const RUN_SLICE_MS = 1000;

/**
 * Builds all adapters, and listens.
 *
 * @throws when Redis answers and cannot be worked with, when the object store may be the wrong one, or when
 *   the sources cannot be listed
 */
export async function compose(config: ApiConfig): Promise<ApiService> {
  const { http, storage, operations } = config;
  const { prefix } = config.redis;
  const probe = (): Promise<void> => probeRedis(redis, prefix, [queueRedis]);
  const { log, metrics, tracing, outages, events } = await observeService({
    service: 'api',
    version: VERSION,
    logLevel: operations.logLevel,
    ...config.tracing,
    probes: {
      redis: probe,
      store: () => probeStore(store),
      source: () => probeSources(),
    },
  });
  const eventLoop = watchEventLoop(events);
  const operatorToken = await openOperatorToken(config.admin.tokenFile);
  const external = await readExternalTables(config.externalTables.file, storage.s3);
  const authFiles = await readAuthFiles(config.auth, log);
  const destinations = await readDestinations(config.destinations.file, storage.s3);
  const background = createBackgroundWork((err) => outages.log.warn({ err }, 'background work failed'));

  const { found, sources, choice } = await openSources(config, log);
  const types = typesOfSources(sources, TYPES_KNOWN_MS);
  const tenants = authFiles.tenants?.size ?? 1;
  const tenancy = tenantSources(choice, authFiles.tenants, types.all);

  const onRedisError = (err: Error): void => outages.log.warn({ err }, 'redis connection');
  const redis = createRedisConnection(config.redis.where, 'request', onRedisError);
  const queueRedis = createRedisConnection(config.redis.where, 'request', onRedisError);
  const disconnect = (): void => {
    outages.close();
    eventLoop.close();
    redis.disconnect();
    queueRedis.disconnect();
  };
  const jobs = createRedisJobStore({ redis, prefix, limits: config.fairness });
  const redisCheck = createRedisCheck(async () => {
    await checkRedis(redis);
    await jobs.checkSchema();
  });
  const redisReady = async (): Promise<void> => {
    await probe();
    await redisCheck();
  };
  const isThere = await untilReady(redis, REDIS_PATIENCE_MS).then(
    () => true,
    () => false,
  );
  if (isThere)
    await redisCheck().catch((error: unknown) => {
      disconnect();
      throw error;
    });
  const register = redisStoreRegister({ redis, prefix });
  const known = await openKnownSink(storage.out, storage, isThere ? register : undefined).catch(
    (error: unknown) => {
      disconnect();
      throw error;
    },
  );
  const { sink: store, config: sink, conditionalPut } = known;
  metrics.storageConditionalPut.set(Number(conditionalPut));
  const confirming = atIntervals(
    LOOK_MS,
    () => confirmIdentity(register, known),
    (err) => outages.log.warn({ err }, 'identity of the object store could not be checked'),
  );
  const probeSources = async (): Promise<void> =>
    void (await Promise.all([...sources.values()].map((source) => source.probe())));
  const probing = atIntervals(LOOK_MS, probeSources, (err) =>
    outages.log.warn({ err }, 'source cannot be used'),
  );
  const measuring = watchRedisMemory(redis, LOOK_MS, { events, metrics, log: outages.log });
  const queue = createExportQueue({
    connection: queueRedis,
    prefix,
    timeoutMs: ENQUEUE_MS,
    onError: onRedisError,
  });

  const dispatcher = createDispatcher({ jobs, queue, onError: (err) => events.dispatchFailed({ err }) });

  const audit = createRedisAuditLog({ redis, prefix, maxBytes: config.audit.maxUnarchivedBytes });
  const refusals = createRefusalRoom(config.refusals.mostInMinute, () => performance.now());
  const compilation = createCompilation(config.compilation);
  // Workers run what is analysed here.
  const sql = createDuckDbEngine({ ...config.sql, runners: 0 });
  const bodyParser = createBodyParser({ ...http.bodies, bodyValues: http.bodyValues });
  const lookups = createGate(config.kickOff.lookups);
  const maintenance = createMaintenanceQueue({ connection: queueRedis, prefix, onError: onRedisError });
  const runPool = createRunPool(config.run, { sources: found, store: sink }, { store, events, background });
  const rebuilding = { store, dispatcher, longestRunMs: storage.longestRunMs, now: Date.now };
  const { definitionsOf, terminologyOf, jobsOf, rates } = composeTenants(config, tenancy, {
    redis,
    jobs,
    store,
    compilation,
    findExternalOf: createExternalTables(external, openSink),
    rebuilding,
    events,
  });

  const stopping = new AbortController();
  const keys = createKeyRecovery({
    jobs,
    async sweep(after) {
      const swept = await sweepLostExports({ ...rebuilding, jobs }, after, SWEEP_KEYS);
      for (const exportId of swept.rebuilt) events.exportRebuilt({ exportId });
      return swept;
    },
    background,
    signal: stopping.signal,
  });

  const sending = createSendingRoom(http, tenants, events.unreadClosed);
  const openRequests = createOpenRequests();
  const nonce = (): string => randomBytes(NONCE_BYTES).toString('hex');
  const artefacts = rememberAnswers(store, EXPORTS_REMEMBERED);
  let isAccepting = true;
  let isOperator: OperatorCheck;
  let fhirUrl = '';
  const appAt = (listenerUrl: string) => {
    fhirUrl = `${(http.publicBaseUrl ?? listenerUrl).replace(/\/+$/, '')}/fhir`;
    const auth = composeAuth(config.auth, authFiles, fhirUrl, { redis, prefix, events });
    isOperator = operatorCheck(auth.authenticator, config.auth.operatorScope);
    const shared = {
      baseUrl: fhirUrl,
      sql: { analyse: (...given: Parameters<typeof sql.analyse>) => sql.analyse(...given) },
      typesOf: types.of,
      isType: isResourceType,
    };
    const resources = composeLookup({ sources, store, events, maintenance, gate: lookups }, config.kickOff);
    return createApp({
      jobsOf,
      store,
      dispatcher,
      sources,
      definitionsOf,
      terminologyOf,
      compilation,
      fhirVersion: storage.fhirVersion,
      audit,
      refusals,
      background,
      keys,
      events,
      pace: config.polling.pace,
      polling: { ...config.polling, rate: rates.polls },
      artefacts,
      objects: committedObjects(store),
      baseUrl: fhirUrl,
      auth,
      files: auth.files,
      rate: rates.kickOffs,
      csv: config.csv,
      limitsOf: tenancy.limitsOf,
      proxies: http.proxies,
      contextOf: (tenant) => ({
        ...shared,
        ...tenancy.of(tenant),
        tables: tablesOf(destinations, tenant),
        checkViews: (views, target) => compilation.check(views, target, tenant),
        resources: { missing: (...asked) => resources.missing(...asked, tenant) },
      }),
      groups: createGroupFinder({
        sources,
        pool: runPool,
        mostBytes: config.kickOff.groupSearchBytes,
        gate: lookups,
      }),
      types: tenancy.publishedTypes,
      views: createGate(config.kickOff.views),
      run: {
        sources,
        csv: config.csv,
        threads: shareThreads(runPool, { sliceMs: RUN_SLICE_MS }),
        turns: createRunTurns(config.run.turns),
        limits: config.run.limits,
        pace: config.run.pace,
        malformedLines: config.run.malformedLines,
        events,
      },
      nonce,
      retentionMs: storage.retentionMs,
      server: publishedServer(fhirUrl, storage.fhirVersion, tenancy.published, config.cors, auth),
      bodies: {
        ...http.bodies,
        // One body always finds room.
        bodiesBytesOfTenant: Math.max(tenantShare(http.bodies.bodiesBytes, tenants), http.bodies.bodyBytes),
        bodyBytesOf: (tenant) => tenancy.limitsOf(tenant).bodyBytes,
      },
      origins: config.cors.origins,
      bodyParser,
      openRequests,
      tracing,
      sending,
      storeLinks: composeStoreLinks(config.downloads, storage.out),
    });
  };
  const server = await listen(http, appAt, events);
  const tasks = createRedisTaskStates({ redis, prefix });
  const snapshots = createLiveSnapshots({
    read: snapshotReader({ jobs, tasks, audit, store }, Date.now),
    describe(error) {
      outages.log.warn({ err: error }, 'page of operations could not be told how things stand');
      return failureWords(error).error;
    },
    pause: (ms) => delay(ms, undefined, { ref: false }),
    intervalMs: SNAPSHOT_MS,
    mostWatchers: MOST_WATCHERS,
  });
  const routes = operatorRouter({
    jobs,
    store,
    dispatcher,
    audit,
    refusals,
    background,
    events,
    artefacts,
    tracing,
    maintenance,
    nonce,
    retentionMs: storage.retentionMs,
    tasks,
    snapshots,
    admission: {
      token: () => operatorToken?.current(),
      isLoopback: isLoopbackHost(operations.host),
      isOperator,
    },
    board: queueBoard({
      path: BOARD_PATH,
      queues: () => [queue.bull(), maintenance.bull()],
      isRedisReady: () => queueRedis.status === 'ready',
      allowActions: config.admin.boardActions,
      onError: (err) => outages.log.warn({ err }, 'queue board failed'),
    }),
  });
  const operationsCertificate = await openCertificate('operations-certificate', config.admin, (tls) =>
    listener.certify(tls),
  );
  const listener = await createOperationsListener({
    tls: operationsCertificate?.current(),
    host: operations.host,
    port: operations.port,
    metrics,
    live: () => true,
    ready: () => readReadiness({ accepting: () => isAccepting, checkRedis: redisReady, store, sources }),
    refresh: () => refreshMetrics(metrics, jobs, queue),
    routes,
    wrap: answerInTurn(),
  });
  const { secrets, clients, keys: keyFile } = authFiles;
  const watched = [server.certificate, operationsCertificate, secrets, clients, keyFile, operatorToken];
  const reloading = watchFiles(watched, config.files.everyMs, events);
  log.info(
    {
      fhir: fhirUrl,
      operations: listener.url,
      sources: [...sources.keys()],
      defaultSource: choice.defaultSource,
      conditionalPut,
    },
    'api started',
  );

  async function stop(): Promise<void> {
    isAccepting = false;
    stopping.abort();
    await Promise.all([confirming, probing, measuring, reloading].map((repeated) => repeated.stop()));
    await delay(http.shutdownDelayMs);
    await server.close(http.shutdownTimeoutMs);
    await background.settled();
    await Promise.all([compilation, bodyParser, runPool].map((threads) => threads[Symbol.asyncDispose]()));
    await sql.close();
    await dispatcher.close();
    await listener.close();
    await Promise.all([queue.close(), maintenance.close(), tracing.close()]);
    disconnect();
  }

  let stopped: Promise<void> | undefined;
  return {
    log,
    fhirUrl,
    listenerUrl: server.url,
    operationsUrl: listener.url,
    inFlight: openRequests.list,
    stop: () => (stopped ??= stop()),
  };
}
