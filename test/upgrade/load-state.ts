import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import type { Redis } from 'ioredis';
import { SAVED_PREFIX, laterBy } from './saved-state.js';
import type { SavedKey, SavedState } from './saved-state.js';

const SAVED = resolve(import.meta.dirname, 'saved');

/** A saved installation as it would be, had it been stopped just now. */
export interface LoadedState extends AsyncDisposable {
  readonly exports: SavedState['exports'];
  readonly data: string;
  readonly out: string;
  /** Puts the keys of Redis back under a prefix. */
  fillRedis(redis: Redis, prefix: string): Promise<void>;
  /** Keys in the object store of the parts that an export had committed. */
  partsOf(exportId: string): readonly string[];
}

/**
 * Installations that were saved: `unchecked-views` when views were not looked through for misspelt elements, `one-stage`
 * when a plan was one list of shards (schema version 1).
 */
export const SAVED_NAMES = ['unchecked-views', 'one-stage'] as const;

/** Writes the files of a saved installation to a folder of their own; they have other versions there, and all else follows. */
export async function loadState(name: (typeof SAVED_NAMES)[number]): Promise<LoadedState> {
  const saved = join(SAVED, name);
  const state = JSON.parse(await readFile(join(saved, 'state.json'), 'utf8')) as SavedState;
  const folder = await mkdtemp(join(tmpdir(), 'millrace-upgrade-'));
  const age = Date.now() - state.takenAt;
  const versions = new Map<string, string>();
  const renewed = (text: string): string => {
    let result = laterBy(age, state.takenAt, text);
    for (const [before, after] of versions) result = result.replaceAll(before, after);
    return result;
  };
  const paths = (await readdir(saved, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name !== 'state.json')
    .map((entry) => relative(saved, join(entry.parentPath, entry.name)))
    .sort();
  async function write(path: string, content: string | Uint8Array): Promise<string> {
    const target = join(folder, laterBy(age, state.takenAt, path));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
    return target;
  }
  for (const path of paths.filter((one) => one in state.versions)) {
    const content = await readFile(join(saved, path));
    const { size, mtimeNs, ino } = await stat(await write(path, content), { bigint: true });
    const version = path.startsWith('data/') ? `${mtimeNs}-${ino}` : `${size}-${mtimeNs}`;
    versions.set(state.versions[path] ?? '', version);
  }
  for (const path of paths.filter((one) => !(one in state.versions))) {
    const content = await readFile(join(saved, path));
    await write(path, path.endsWith('.json') ? renewed(content.toString('utf8')) : content);
  }
  return {
    exports: state.exports,
    data: join(folder, 'data'),
    out: join(folder, 'out'),
    async fillRedis(redis, prefix) {
      const text = renewed(JSON.stringify(state.keys)).replaceAll(SAVED_PREFIX, prefix);
      for (const key of JSON.parse(text) as readonly SavedKey[]) await restore(redis, key);
    },
    partsOf: (exportId) =>
      Object.keys(state.versions)
        .filter((path) => path.startsWith(`out/default/${exportId}/`))
        .map((path) => laterBy(age, state.takenAt, path.slice('out/'.length))),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

async function restore(redis: Redis, saved: SavedKey): Promise<void> {
  const { key, ttlMs } = saved;
  switch (saved.type) {
    case 'string':
      await redis.set(key, saved.value);
      break;
    case 'hash':
      await redis.hset(key, saved.value);
      break;
    case 'list':
      await redis.rpush(key, ...saved.value);
      break;
    case 'set':
      await redis.sadd(key, ...saved.value);
      break;
    case 'zset':
      for (let at = 0; at < saved.value.length; at += 2) {
        await redis.zadd(key, saved.value[at + 1] ?? '0', saved.value[at] ?? '');
      }
      break;
    default:
      saved satisfies never;
  }
  if (ttlMs !== undefined) await redis.pexpire(key, Math.max(1, ttlMs));
}
