export { CorruptStoreError, JobStoreUsageError, UnknownSchemaError } from './errors.js';
export { PREPARING_MS } from './limits.js';
export type { StoreLimits } from './limits.js';
export { createMemoryJobStore } from './memory/memory-job-store.js';
export { probeRedis } from './probe-redis.js';
export { createRedisConnection, untilReady } from './redis-connection.js';
export type {
  RedisAddress,
  RedisClusterNodes,
  RedisPlace,
  SentinelSet,
  ServerPlace,
  SingleServer,
} from './redis-place.js';
export type { ConnectionRole } from './redis-connection.js';
export { subscribeToDecisions } from './redis-decisions.js';
export { createRedisJobStore } from './redis-job-store.js';
export { redisStoreRegister } from './redis-store-register.js';
export type { RedisJobStore } from './redis-job-store.js';
export type { RedisClient } from './scripts.js';
export { MAX_SLICE } from './usage.js';
