/** The Redis of the test run, which keeps its tests apart by key prefix. */
export const REDIS_URL = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';

const { hostname, port } = new URL(REDIS_URL);
export const REDIS_ADDRESS = { host: hostname, port: Number(port || 6379) };
