import { describe, expect, test } from '@jest/globals';
import { checkRedis } from './check-redis.js';

function redis(version: string, policy?: string) {
  const memory = policy === undefined ? '' : `maxmemory_policy:${policy}\r\n`;
  return {
    info: (section: string) =>
      Promise.resolve(
        section === 'server' ? `# Server\r\nredis_version:${version}\r\n` : `# Memory\r\n${memory}`,
      ),
  };
}

describe('checkRedis', () => {
  test.each(['6.2.0', '7.0.15', '8.0.1', '10.1'])('accepts version %s that never evicts', async (version) => {
    await expect(checkRedis(redis(version, 'noeviction'))).resolves.toBeUndefined();
  });

  test('accepts a server that knows no eviction', async () => {
    await expect(checkRedis(redis('8.0.0'))).resolves.toBeUndefined();
  });

  test.each(['6.0.16', '5.0.7', ''])('refuses version "%s"', async (version) => {
    await expect(checkRedis(redis(version, 'noeviction'))).rejects.toThrow(/version.*6\.2/);
  });

  test('names every fault at once', async () => {
    await expect(checkRedis(redis('6.0.1', 'allkeys-lru'))).rejects.toMatchObject({
      name: 'UnsuitableRedisError',
      faults: [expect.stringContaining('6.0.1'), expect.stringContaining('allkeys-lru')],
    });
  });
});
