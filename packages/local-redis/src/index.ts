export { checkRedis, checkRedisUrl } from './check-redis.js';
export type { RedisInformation } from './check-redis.js';
export { NoRedisError, RedisStartError, UnreachableRedisError, UnsuitableRedisError } from './errors.js';
export { resolveRedis } from './resolve-redis.js';
export type { RedisOrigin, RedisWishes, ResolvedRedis } from './resolve-redis.js';
