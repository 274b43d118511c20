import { growingPauseMs } from '@millrace/observability';
import { Cluster, Redis } from 'ioredis';
import type { ClusterOptions, RedisOptions } from 'ioredis';
import type { RedisClient } from './client.js';
import type { RedisPlace, ServerPlace } from './place.js';

/**
 * The purpose of a connection:
 * - `request`: answers an HTTP request, so it fails at once rather than late;
 * - `lease`: keeps leases, so it fails well within one;
 * - `worker`: waits for messages, so it outlives an outage.
 */
export type ConnectionRole = 'request' | 'lease' | 'worker';

const COMMAND_MS = { request: 1_000, lease: 2_000 };
const CONNECT_MS = 5_000;
const CLUSTER_SLOTS_MS = 2_000;
/** A worker's command outlives a failover of any length that is a failover. */
const WORKER_REDIRECTIONS = 10_000;
const RETRY_MS = 100;

/**
 * A connection to Redis with the settings that its role needs. It connects by itself and again after an
 * outage, and follows Sentinels or the nodes of a cluster to the primary.
 *
 * @param onError told of every connection error; without a listener, ioredis prints them
 */
export function createRedisConnection(
  where: ServerPlace,
  role: ConnectionRole,
  onError?: (error: Error) => void,
): Redis;
export function createRedisConnection(
  where: RedisPlace,
  role: ConnectionRole,
  onError?: (error: Error) => void,
): RedisClient;
export function createRedisConnection(
  where: RedisPlace,
  role: ConnectionRole,
  onError: (error: Error) => void = () => undefined,
): RedisClient {
  const redis = connect(where, role);
  redis.on('error', onError);
  if (redis instanceof Cluster) redis.on('node error', onError);
  return redis;
}

function connect(where: RedisPlace, role: ConnectionRole): RedisClient {
  if (typeof where === 'string') return new Redis(where, serverOptions(role));
  if (where.kind === 'server') return new Redis(where.url, serverOptions(role));
  const access: RedisOptions = {
    ...(where.username === undefined ? {} : { username: where.username }),
    ...(where.password === undefined ? {} : { password: where.password }),
    ...(where.tls === true ? { tls: {} } : {}),
  };
  if (where.kind === 'sentinel') {
    return new Redis({
      ...serverOptions(role),
      ...access,
      sentinels: where.sentinels.map((sentinel) => ({ ...sentinel })),
      name: where.masterName,
      ...(where.sentinelPassword === undefined ? {} : { sentinelPassword: where.sentinelPassword }),
      enableTLSForSentinelMode: where.tls === true,
      // A frozen primary keeps its connections open; the Sentinels say when it is no longer the primary.
      failoverDetector: true,
    });
  }
  return new Cluster(
    where.nodes.map((node) => ({ ...node })),
    clusterOptions(role, access, where.tls === true),
  );
}

const RECONNECTS = { firstMs: 50, lastMs: 1_000 };
const retryDelay = (times: number): number => growingPauseMs(times, RECONNECTS);

function serverOptions(role: ConnectionRole): RedisOptions {
  const { enableOfflineQueue, ...command } = commandOptions(role);
  return {
    ...command,
    enableOfflineQueue,
    connectTimeout: CONNECT_MS,
    retryStrategy: retryDelay,
    // A denied subscription of ioredis ends the process, so each subscriber subscribes again itself.
    autoResubscribe: false,
  };
}

function commandOptions(role: ConnectionRole) {
  if (role === 'worker') return { enableOfflineQueue: true, maxRetriesPerRequest: null };
  return {
    enableOfflineQueue: false,
    // Otherwise a timed-out command would be sent after an outage, long after its caller has given up.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 1,
    commandTimeout: COMMAND_MS[role],
  };
}

function clusterOptions(role: ConnectionRole, access: RedisOptions, tls: boolean): ClusterOptions {
  const { enableOfflineQueue, ...command } = commandOptions(role);
  return {
    enableOfflineQueue,
    clusterRetryStrategy: retryDelay,
    slotsRefreshTimeout: CLUSTER_SLOTS_MS,
    slotsRefreshInterval: CLUSTER_SLOTS_MS,
    // Connections to nodes also close in a sound cluster, for instance right after the start. Commands are
    // sent again for about as long as their caller waits; the scripts of the store and the ids of messages
    // allow repeats.
    retryDelayOnFailover: RETRY_MS,
    retryDelayOnMoved: role === 'worker' ? RETRY_MS : 0,
    maxRedirections: role === 'worker' ? WORKER_REDIRECTIONS : COMMAND_MS[role] / RETRY_MS,
    // Certificates name hosts, so the host that a node gives for itself is not to be resolved before TLS sees it.
    ...(tls
      ? {
          dnsLookup: (address: string, found: (error: null, address: string) => void) => found(null, address),
        }
      : {}),
    redisOptions: { ...command, ...access, connectTimeout: CONNECT_MS },
  };
}

/**
 * Waits until a connection is usable. Commands of a `request` or `lease` connection are refused before.
 *
 * @throws Error when it is not within `patienceMs`, or was closed
 */
export async function untilReady(redis: RedisClient, patienceMs: number): Promise<void> {
  if (redis.status === 'ready') return;
  await new Promise<void>((resolve, reject) => {
    const settle = (error?: Error) => {
      clearTimeout(timer);
      redis.off('ready', ready).off('end', ended);
      if (error) reject(error);
      else resolve();
    };
    const ready = () => settle();
    const ended = () => settle(new Error('The connection to Redis was closed.'));
    const timer = setTimeout(
      () => settle(new Error(`Redis did not answer within ${patienceMs} ms.`)),
      patienceMs,
    );
    redis.on('ready', ready).on('end', ended);
  });
}
