export { checkRedis, checkRedisUrl } from './check-redis.js';
export type { RedisInformation } from './check-redis.js';
export { NoRedisError, RedisStartError, UnreachableRedisError, UnsuitableRedisError } from './errors.js';
export { freePort, freePorts } from './free-port.js';
export { startLocalRedis } from './local-server.js';
export { resolveRedis } from './resolve-redis.js';
export type { RedisOrigin, RedisWishes, ResolvedRedis, StartedServer } from './resolve-redis.js';
export type { ServerProcess } from './server-process.js';
