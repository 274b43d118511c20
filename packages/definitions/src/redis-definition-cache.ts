import { ownRound } from '@millrace/threads';
import type { Cluster, Redis } from 'ioredis';
import { z } from 'zod';
import type { DefinitionCache } from './definition-cache.js';
import { decodeVersion } from './stored-version.js';
import type { StoredVersion } from './stored-version.js';

/**
 * Keeps newer versions and, if asked, marks the content as complete.
 *
 * KEYS: content (hash: id → JSON), numbers (hash: id → version), generation, complete
 * ARGV: generation before the listing or '', ms for which a listing counts, then id, version, JSON for each version
 */
const KEEP_NEWER = `
local generation = redis.call('GET', KEYS[3]) or '0'
if ARGV[1] == generation then redis.call('SET', KEYS[4], '1', 'PX', ARGV[2]) end
local changed = false
for at = 3, #ARGV, 3 do
  local known = tonumber(redis.call('HGET', KEYS[2], ARGV[at]) or '0')
  if tonumber(ARGV[at + 1]) > known then
    redis.call('HSET', KEYS[2], ARGV[at], ARGV[at + 1])
    redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 2])
    changed = true
  end
end
if changed then redis.call('INCR', KEYS[3]) end
return changed and 1 or 0`;

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
  redis: Redis | Cluster;
  prefix: string;
  tenant: string;
  completeForMs: number;
}): DefinitionCache {
  const { redis } = options;
  const root = `${options.prefix}:definitions:${options.tenant}`;
  const [content, numbers, generation, complete] = [
    `${root}:content`,
    `${root}:numbers`,
    `${root}:generation`,
    `${root}:complete`,
  ];

  async function keepNewer(versions: readonly StoredVersion[], listedAt: string): Promise<void> {
    const fields = versions.flatMap((version) => [version.id, version.version, JSON.stringify(version)]);
    const keys = [content, numbers, generation, complete];
    await redis.call('eval', [KEEP_NEWER, keys.length, ...keys, listedAt, options.completeForMs, ...fields]);
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
