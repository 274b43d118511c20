export { PREPARING_MS } from './limits.js';
export type { StoreLimits } from './limits.js';
export { subscribeToDecisions } from './redis-decisions.js';
export { createRedisJobStore } from './redis-job-store.js';
export { redisStoreRegister } from './redis-store-register.js';
export type { RedisJobStore } from './redis-job-store.js';
