import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createRedisConnection, readScripts, scriptRunner, untilReady } from '@millrace/redis';
import type { Redis } from 'ioredis';
import { REDIS_URL } from '../redis-url.js';
import { until } from '../until.js';

let folder: string;
let key: string;
let redis: Redis;
let monitor: Redis;
/** Commands that Redis got on the key of a test; those that a script calls are not among them. */
let heard: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scripts-'));
  await mkdir(join(folder, 'includes'));
  await writeFile(join(folder, 'includes/two.lua'), 'local two = 2\n');
  const doubled = '--- @include "two"\nlocal function doubled(n) return n * two end\n';
  await writeFile(join(folder, 'includes/doubled.lua'), doubled);
  const add = `-- Purpose: adds.\n--- @include "two"\n--- @include "doubled"\nreturn redis.call('INCRBY', KEYS[1], doubled(ARGV[1]))`;
  await writeFile(join(folder, 'expire.lua'), add);
  await writeFile(join(folder, 'count.lua'), "redis.call('TOUCH', KEYS[1]) return #ARGV");
});
afterAll(() => rm(folder, { recursive: true }));

beforeEach(async () => {
  key = `{t-${randomUUID()}}`;
  heard = [];
  redis = createRedisConnection(REDIS_URL, 'lease');
  await untilReady(redis, 5_000);
  monitor = await redis.monitor();
  monitor.on('monitor', (_time: string, [command, ...args]: string[], source: string) => {
    if (args.includes(key) && source !== 'lua') heard.push((command ?? '').toLowerCase());
  });
});
afterEach(async () => {
  monitor.disconnect();
  await redis.unlink(key);
  await redis.quit();
});

const scripts = () => readScripts(pathToFileURL(`${folder}/`), ['expire', 'count']);

/** Waits until Redis has told of all commands before this one. */
async function everythingHeard(): Promise<string[]> {
  await redis.type(key);
  await until(() => Promise.resolve(heard.includes('type')));
  return heard.filter((command) => command !== 'type');
}

test('a script has its included files in front, each once, after the files that it includes itself', () => {
  const { expire, count } = scripts();
  expect(expire.split('\n').slice(0, 3)).toEqual([
    'local two = 2',
    'local function doubled(n) return n * two end',
    '-- Purpose: adds.',
  ]);
  expect(expire.match(/local two/g)).toHaveLength(1);
  expect(count).not.toContain('two');
});

test('a script is sent in full once on a shared connection, and then by its digest', async () => {
  const [one, other] = [scriptRunner(redis, scripts()), scriptRunner(redis, scripts())];
  expect(await one('expire', [key], [1])).toBe(2);
  expect(await one('expire', [key], [2])).toBe(6);
  expect(await other('expire', [key], [3])).toBe(12);
  expect(await everythingHeard()).toEqual(['eval', 'evalsha', 'evalsha']);
});

test('a script that Redis has forgotten is sent in full once more', async () => {
  const run = scriptRunner(redis, scripts());
  await run('expire', [key], [1]);
  await redis.script('FLUSH');
  expect(await run('expire', [key], [1])).toBe(4);
  expect(await run('expire', [key], [1])).toBe(6);
  expect(await everythingHeard()).toEqual(['eval', 'evalsha', 'eval', 'evalsha']);
});

test('a script that is named as a command of Redis leaves that command as it is', async () => {
  await scriptRunner(redis, scripts())('expire', [key], [1]);
  expect(await redis.expire(key, 60)).toBe(1);
  expect(await redis.ttl(key)).toBeGreaterThan(0);
});

test('a script takes more arguments than a call of a function can have', async () => {
  const many = Array.from({ length: 200_000 }, (_, index) => index);
  expect(await scriptRunner(redis, scripts())('count', [key], many)).toBe(many.length);
});
