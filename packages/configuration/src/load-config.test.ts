import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { describeConfig } from './describe-config.js';
import { ConfigurationError } from './errors.js';
import { loadConfig } from './load-config.js';
import { location } from './location.js';
import { operationsSection } from './operations-section.js';
import { redisSection } from './redis-section.js';
import { unsafeStorageSettings, storageSection } from './storage-section.js';
import { tracingSection } from './tracing-section.js';
import { duration, flag, port, wholeNumberVariable } from './variables.js';

const schema = { redis: redisSection, storage: storageSection, operations: operationsSection(9464) };
const complete = { REDIS_URL: 'redis://127.0.0.1:6379', MILLRACE_DATA: '/data', MILLRACE_OUT: '/out' };

function problemsOf(load: () => unknown): readonly string[] {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

describe('loading the configuration', () => {
  it('fills in defaults and freezes the result', () => {
    const config = loadConfig(schema, complete);
    expect(config).toEqual({
      redis: { where: { kind: 'server', url: 'redis://127.0.0.1:6379' }, prefix: '{millrace}' },
      storage: {
        data: { kind: 'file', root: '/data' },
        out: { kind: 'file', root: '/out' },
        s3: {},
        fhirVersion: 'R4',
        gzipRatio: 200,
        retentionMs: 86_400_000,
        longestRunMs: 604_800_000,
        requireConditionalPut: false,
        cluster: false,
        sharedFolders: false,
      },
      operations: { logLevel: 'info', host: '127.0.0.1', port: 9464 },
    });
    expect(Object.isFrozen(config.storage)).toBe(true);
  });

  it('reports every problem of every section at once', () => {
    const problems = problemsOf(() =>
      loadConfig(schema, { MILLRACE_DATA: '', RETENTION: '2h', OPS_PORT: 'many', REDIS_URL: 'http://x' }),
    );
    expect(problems).toEqual([
      'REDIS_URL: must be a redis:// or rediss:// address',
      'MILLRACE_DATA is not set, but it is required',
      'MILLRACE_OUT is not set, but it is required',
      'RETENTION: must be at least 24h: results must stay available for a day after an export has ended',
      'OPS_PORT: must be a whole number',
    ]);
  });

  it.each([
    ['folders on one machine', {}, 0],
    ['folders of one machine in a cluster', { CLUSTER: 'true' }, 1],
    ['folders that all machines share', { CLUSTER: 'true', SHARED_FOLDERS: 'true' }, 0],
    ['buckets in a cluster', { CLUSTER: 'true', MILLRACE_DATA: 's3://b/in', MILLRACE_OUT: 's3://b/out' }, 0],
  ])('%s: %j gives %d refusals', (_, environment, refusals) => {
    const { storage } = loadConfig(schema, { ...complete, ...environment });
    expect(unsafeStorageSettings(storage)).toHaveLength(refusals);
  });

  it('does not repeat a value, because it may hold a password', () => {
    const problems = problemsOf(() => loadConfig(schema, { ...complete, REDIS_URL: 'redis:/:hunter2' }));
    expect(problems).toHaveLength(1);
    expect(problems[0]).not.toContain('hunter2');
  });

  it('refuses combinations that the service calls unsafe', () => {
    expect(problemsOf(() => loadConfig(schema, complete, () => ['A and B do not go together']))).toEqual([
      'A and B do not go together',
    ]);
  });
});

describe('places', () => {
  it.each([
    ['s3://bucket', { kind: 's3', bucket: 'bucket', prefix: '' }],
    ['s3://bucket/a/b', { kind: 's3', bucket: 'bucket', prefix: 'a/b/' }],
    ['s3://bucket/a/', { kind: 's3', bucket: 'bucket', prefix: 'a/' }],
    ['/srv/../data', { kind: 'file', root: '/data' }],
  ])('%s is understood', (text, expected) => {
    expect(location.parse(text)).toEqual(expected);
  });

  it.each(['gs://bucket', 'https://host/x', 's3://'])('%s is refused', (text) => {
    expect(location.safeParse(text).success).toBe(false);
  });

  it('S3 settings go with the places that are on S3', () => {
    const env = { ...complete, MILLRACE_OUT: 's3://b/p', S3_ENDPOINT: 'http://s3:9000' };
    expect(loadConfig(schema, env).storage).toMatchObject({
      data: { kind: 'file', root: '/data' },
      out: { kind: 's3', bucket: 'b', prefix: 'p/', endpoint: 'http://s3:9000' },
    });
  });

  it('asks for the encryption of what is written only, and for checksums everywhere', () => {
    const places = { MILLRACE_DATA: 's3://d', MILLRACE_OUT: 's3://o', S3_CHECKSUMS: 'when-required' };
    const env = { ...complete, ...places, S3_ENCRYPTION: 'sse-kms', S3_KMS_KEY_ID: 'key-1' };
    const { data, out } = loadConfig(schema, env).storage;
    expect(out).toMatchObject({
      checksums: 'when-required',
      encryption: { kind: 'sse-kms', keyId: 'key-1' },
    });
    expect(data).toEqual({ kind: 's3', bucket: 'd', prefix: '', checksums: 'when-required' });
  });

  it.each([
    [{ MILLRACE_OUT: 's3://o', S3_KMS_KEY_ID: 'key-1' }, 'S3_KMS_KEY_ID: needs S3_ENCRYPTION=sse-kms'],
    [{ S3_ENCRYPTION: 'sse-s3' }, 'MILLRACE_OUT must be s3://'],
    [{ S3_ENCRYPTION: 'aes' }, 'S3_ENCRYPTION: must be sse-s3 or sse-kms'],
  ])('settings of encryption that would do nothing are refused: %j', (env, problem) => {
    expect(() =>
      loadConfig(schema, { ...complete, ...env }, ({ storage }) => unsafeStorageSettings(storage)),
    ).toThrow(problem);
  });
});

describe('variables', () => {
  it.each([
    ['90s', 90_000],
    ['15m', 900_000],
    ['7d', 604_800_000],
  ])('duration %s is %d ms', (text, ms) => {
    expect(duration({ min: '1s', fallback: '1s' }).parse(text)).toBe(ms);
  });

  it.each(['24', 'h', '1w', '-1s', '1.5h'])('duration %j is refused', (text) => {
    expect(duration({ min: '1s', fallback: '1s' }).safeParse(text).success).toBe(false);
  });

  it.each(['65536', '-1', '0x10', '1e3'])('port %j is refused', (text) => {
    expect(port(80).safeParse(text).success).toBe(false);
  });

  it.each(['0', '11', 'x'])('the number %j outside of 1 to 10 is refused', (text) => {
    expect(wholeNumberVariable({ min: 1, max: 10, fallback: 5 }).safeParse(text).success).toBe(false);
  });

  it('a flag is true or false and nothing else', () => {
    expect(flag(true).parse(undefined)).toBe(true);
    expect(flag(true).parse('false')).toBe(false);
    expect(flag(true).safeParse('yes').success).toBe(false);
  });
});

describe('describing the configuration', () => {
  it('lists each variable with its default and meaning', () => {
    const text = describeConfig(schema);
    expect(text).toContain('### Redis');
    expect(text).toContain('| `REDIS_URL` | – | Redis for');
    expect(text).toContain('| `MILLRACE_OUT` | required | Where');
    expect(text).toContain('| `RETENTION` | `24h` | How long');
    expect(text).toContain('| `OPS_PORT` | `9464` | Port of');
  });

  it('refuses a variable without a meaning', () => {
    expect(() => describeConfig({ x: z.object({ SECRET: z.string() }) })).toThrow('SECRET has no describe()');
  });
});

it.each(['OTEL_BSP_MAX_QUEUE_SIZE', 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE'])(
  'refuses a size of %s with which no span would be sent',
  (name) => {
    for (const size of ['0', '-1', 'many']) {
      const problems = problemsOf(() => loadConfig({ tracing: tracingSection }, { [name]: size }));
      expect(problems).toEqual([expect.stringContaining(name)]);
    }
    expect(loadConfig({ tracing: tracingSection }, { [name]: '1' }).tracing).toEqual({ exporter: 'none' });
  },
);
