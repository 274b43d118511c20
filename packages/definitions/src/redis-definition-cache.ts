import { readScripts, scriptRunner } from '@millrace/redis';
import type { RedisClient } from '@millrace/redis';
import { ownRound } from '@millrace/threads';
import * as z from 'zod';
import type { DefinitionCache } from './definition-cache.js';
import { decodeVersion } from './stored-version.js';
import type { StoredVersion } from './stored-version.js';

/** The compiler does not copy Lua; this is the same folder seen from `src/` and from `dist/`. */
const SCRIPT_FOLDER = new URL('../src/lua/', import.meta.url);

const loadedSchema = z.tuple([
  z.tuple([z.null(), z.string().nullable()]),
  z.tuple([z.null(), z.record(z.string(), z.string())]),
]);

const PUT_AT_ONCE = 100;

/**
 * @param prefix first part of every key; its braces keep the keys of a tenant in one slot
 * @param completeForMs how long a listing of the object store counts
 */
export function createRedisDefinitionCache(options: {
  redis: RedisClient;
  prefix: string;
  tenant: string;
  completeForMs: number;
}): DefinitionCache {
  const { redis } = options;
  const run = scriptRunner(redis, readScripts(SCRIPT_FOLDER, ['keep-newer']));
  const root = `${options.prefix}:definitions:${options.tenant}`;
  const [content, numbers, generation, complete] = [
    `${root}:content`,
    `${root}:numbers`,
    `${root}:generation`,
    `${root}:complete`,
  ];

  async function keepNewer(versions: readonly StoredVersion[], listedAt: string): Promise<void> {
    const fields = versions.flatMap((version) => [version.id, version.version, JSON.stringify(version)]);
    const args = [listedAt, options.completeForMs, ...fields];
    await run('keep-newer', [content, numbers, generation, complete], args);
  }

  return {
    async state() {
      const [current, isComplete] = await redis.mget(generation, complete);
      return { generation: current ?? '0', complete: isComplete === '1' };
    },
    async load() {
      const answers = await redis.multi().get(generation).hgetall(content).exec();
      const [[, current], [, stored]] = loadedSchema.parse(answers);
      return { generation: current ?? '0', ...(await decodeAll(Object.values(stored))) };
    },
    async announceChange() {
      await redis.multi().incr(generation).del(complete).exec();
    },
    async put(versions) {
      for (let at = 0; at < versions.length; at += PUT_AT_ONCE) {
        await keepNewer(versions.slice(at, at + PUT_AT_ONCE), '');
      }
    },
    async putListed(versions, generationBefore) {
      // One script: completeness must not be visible before the content is.
      await keepNewer(versions, generationBefore);
    },
  };
}

/** Characters that are decoded at once; other requests have their turn in between. */
const DECODED_AT_ONCE = 256 << 10;

async function decodeAll(texts: readonly string[]) {
  const versions: StoredVersion[] = [];
  let bytes = 0;
  let atOnce = 0;
  for (const text of texts) {
    versions.push(decodeVersion(text));
    bytes += Buffer.byteLength(text);
    atOnce += text.length;
    if (atOnce < DECODED_AT_ONCE) continue;
    atOnce = 0;
    await ownRound();
  }
  return { versions, bytes };
}
