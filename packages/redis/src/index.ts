export { checkRedis, infoField } from './check-redis.js';
export type { RedisClient } from './client.js';
export { createRedisConnection, untilReady } from './connection.js';
export type { ConnectionRole } from './connection.js';
export { memoryUse } from './memory-use.js';
export { probeRedis } from './probe-redis.js';
export { readScripts, scriptRunner } from './scripts.js';
