/** The Redis of the test run, which keeps its tests apart by key prefix. */
export const REDIS_URL = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';
