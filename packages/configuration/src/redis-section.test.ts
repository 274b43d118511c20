import { describe, expect, it } from '@jest/globals';
import { ConfigurationError } from './errors.js';
import { loadConfig } from './load-config.js';
import { redisSection } from './redis-section.js';
import type { Environment } from './load-config.js';

const read = (environment: Environment) => loadConfig({ redis: redisSection }, environment).redis;

function problemsOf(environment: Environment): readonly string[] {
  try {
    read(environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

describe('where Redis is', () => {
  it('can be the primary that Sentinels name', () => {
    const environment = {
      REDIS_URL: '',
      REDIS_SENTINELS: 'one:26379, [::1]:26380',
      REDIS_MASTER_NAME: 'mill',
      REDIS_PASSWORD: 'p',
      REDIS_SENTINEL_PASSWORD: 's',
    };
    expect(read(environment).where).toEqual({
      kind: 'sentinel',
      sentinels: [
        { host: 'one', port: 26379 },
        { host: '::1', port: 26380 },
      ],
      masterName: 'mill',
      password: 'p',
      sentinelPassword: 's',
      tls: false,
    });
  });

  it('can be a cluster', () => {
    expect(
      read({ REDIS_CLUSTER: 'one:7000,two:7001', REDIS_USERNAME: 'u', REDIS_TLS: 'true' }).where,
    ).toEqual({
      kind: 'cluster',
      nodes: [
        { host: 'one', port: 7000 },
        { host: 'two', port: 7001 },
      ],
      username: 'u',
      tls: true,
    });
  });

  it('must be said, and in one way only', () => {
    const problem = 'exactly one of REDIS_URL, REDIS_SENTINELS and REDIS_CLUSTER must be set';
    expect(problemsOf({})).toEqual([problem]);
    expect(problemsOf({ REDIS_URL: 'redis://one', REDIS_CLUSTER: 'one:1' })).toEqual([problem]);
  });

  it('is refused with every fault at once', () => {
    const faults = {
      REDIS_URL: 'http://one',
      REDIS_SENTINELS: 'one',
      REDIS_USERNAME: 'u',
      REDIS_PREFIX: 'p',
    };
    expect(problemsOf(faults)).toEqual([
      'REDIS_URL: must be a redis:// or rediss:// address',
      'REDIS_SENTINELS: must be host:port, with commas between several',
      'REDIS_PREFIX: must be a name in braces, so that all keys share one cluster slot',
      'exactly one of REDIS_URL, REDIS_SENTINELS and REDIS_CLUSTER must be set',
      'REDIS_SENTINELS and REDIS_MASTER_NAME must be set together',
      'REDIS_USERNAME, REDIS_PASSWORD and REDIS_TLS must not be set with REDIS_URL: put them into the URL',
    ]);
  });

  it.each(['one', 'one:0', 'one:65536', 'redis://one:1', 'one:1,', 'u@one:1'])('%j is no address', (text) => {
    expect(problemsOf({ REDIS_CLUSTER: text })).toEqual([
      'REDIS_CLUSTER: must be host:port, with commas between several',
    ]);
  });
});
