export { freePort, freePorts } from './free-port.js';
export { startLocalRedis } from './local-server.js';
export { resolveRedis } from './resolve-redis.js';
export type { ResolvedRedis } from './resolve-redis.js';
export type { ServerProcess } from './server-process.js';
