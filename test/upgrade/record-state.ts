import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Redis } from 'ioredis';
import type { LocalStack, LocalStackOptions } from '@millrace/local-stack';
import { download, kickOff } from '../e2e/wire.js';
import { CHOSEN, PEOPLE, VIEWS } from './people.js';
import { SAVED_PREFIX } from './saved-state.js';
import type { SavedKey, SavedState } from './saved-state.js';

/**
 * Stops an installation of another commit in the middle of its work, and saves what it leaves behind:
 *
 *     npx jiti test/upgrade/record-state.ts <built checkout of that commit> test/upgrade/saved/<name>
 */
const [checkout = '', target = ''] = process.argv.slice(2).map((path) => resolve(path));
const { startStack } = (await import(
  pathToFileURL(join(checkout, 'packages/local-stack/dist/index.js')).href
)) as { startStack: (options: LocalStackOptions) => Promise<LocalStack> };

/** Small, so that a few people make several shards and parts. */
const ENVIRONMENT = {
  SHARD_BYTES: '3000',
  PART_ROWS: '8',
  ENGINE_THREADS: '1',
  LEASE: '5s',
  LEASE_MARGIN: '500ms',
  WORKER_NAME: 'worker-before',
  LOG_LEVEL: 'warn',
};

const folder = await mkdtemp(join(tmpdir(), 'millrace-before-'));
const data = join(folder, 'data');
const out = join(folder, 'out');
await mkdir(data);
await writeFile(join(data, 'left-out.zip'), 'what nobody reads\n');
await writeFile(join(data, 'Patient.ndjson'), PEOPLE.map((person) => `${JSON.stringify(person)}\n`).join(''));
const stack = await startStack({ data, workers: 0, environment: { ...ENVIRONMENT, MILLRACE_OUT: out } });
const redis = new Redis(stack.redisUrl);
try {
  const completed = await runToTheEnd();
  const running = await stopInTheMiddle();
  const filtered = await stopInTheMiddle(
    CHOSEN.map((id) => ({ name: 'patient', valueReference: { reference: `Patient/${id}` } })),
  );
  const waiting = await begin();
  await stack.api.service.end('SIGKILL');
  await save({ completed, running, filtered, waiting });
} finally {
  redis.disconnect();
  await stack[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
}

async function begin(more: readonly object[] = []): Promise<string> {
  const statusUrl = await kickOff(stack.api.fhirUrl, {
    views: Object.values(VIEWS),
    format: 'ndjson',
    more,
    handling: 'lenient',
  });
  return statusUrl.split('/').at(-2) ?? '';
}

async function runToTheEnd(): Promise<string> {
  for (const [id, view] of Object.entries(VIEWS)) {
    const response = await fetch(`${stack.api.fhirUrl}/ViewDefinition/${id}`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/fhir+json', Prefer: 'handling=lenient' },
      body: JSON.stringify({ ...view, id }),
    });
    if (response.status !== 201) throw new Error(`definition: ${response.status} ${await response.text()}`);
  }
  const id = await begin();
  const worker = await stack.startWorker();
  await download(`${stack.api.fhirUrl}/export/${id}/status`);
  await worker.end('SIGTERM');
  return id;
}

/** Kills a worker when it has committed something and not all. */
async function stopInTheMiddle(more?: readonly object[]): Promise<string> {
  const id = await begin(more);
  const record = `${SAVED_PREFIX}:x:${id}`;
  const worker = await stack.startWorker();
  while (Number(await redis.hget(record, 'rowsWritten')) === 0);
  await worker.end('SIGKILL');
  const { state, shardsDone, shardsTotal } = await redis.hgetall(record);
  if (state === 'in-progress' && Number(shardsDone) < Number(shardsTotal)) return id;
  throw new Error(`the worker was too fast, the export is ${state}: try again`);
}

async function save(exports: SavedState['exports']): Promise<void> {
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  await cp(folder, target, { recursive: true, filter: (path) => !path.endsWith('.incomplete') });
  const state: SavedState = {
    commit: execFileSync('git', ['rev-parse', 'HEAD'], { cwd: checkout, encoding: 'utf8' }).trim(),
    takenAt: Date.now(),
    exports,
    versions: await versionsOf(),
    keys: await keysOf(),
  };
  const { keys, ...facts } = state;
  // A line for each key, so that a difference can be read.
  const lines = keys.map((key) => JSON.stringify(key)).join(',\n');
  const text = `${JSON.stringify(facts).slice(0, -1)},"keys":[\n${lines}\n]}\n`;
  await writeFile(join(target, 'state.json'), text);
}

/** A file of the source is known by mtime and inode, one of the store by size and mtime. */
async function versionsOf(): Promise<Record<string, string>> {
  const versions: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ndjson')) continue;
    const path = join(entry.parentPath, entry.name);
    const { size, mtimeNs, ino } = await stat(path, { bigint: true });
    versions[relative(folder, path)] = path.startsWith(data) ? `${mtimeNs}-${ino}` : `${size}-${mtimeNs}`;
  }
  return versions;
}

async function keysOf(): Promise<SavedKey[]> {
  const saved: SavedKey[] = [];
  for (const key of (await redis.keys(`${SAVED_PREFIX}*`)).sort()) {
    const ttl = await redis.pttl(key);
    const head = { key, ttlMs: ttl < 0 ? undefined : ttl };
    const type = await redis.type(key);
    switch (type) {
      case 'string':
        saved.push({ ...head, type, value: (await redis.get(key)) ?? '' });
        break;
      case 'hash':
        saved.push({ ...head, type, value: await redis.hgetall(key) });
        break;
      case 'list':
        saved.push({ ...head, type, value: await redis.lrange(key, 0, -1) });
        break;
      case 'set':
        saved.push({ ...head, type, value: await redis.smembers(key) });
        break;
      case 'zset':
        saved.push({ ...head, type, value: await redis.zrange(key, 0, -1, 'WITHSCORES') });
        break;
      case 'stream': // events of BullMQ
        break;
      default:
        throw new Error(`${key} is a ${type}`);
    }
  }
  return saved;
}
