import { readScripts, scriptRunner } from '@millrace/redis';
import type { RedisClient } from '@millrace/redis';
import { ownRound } from '@millrace/threads';
import * as z from 'zod';
import type { CachedVersion, DefinitionCache } from './definition-cache.js';
import type { DefinitionType } from './definition-type.js';
import { decodeVersion, encodeVersion } from './stored-version.js';
import type { StoredVersion } from './stored-version.js';

/** The compiler does not copy Lua; this is the same folder seen from `src/` and from `dist/`. */
const SCRIPT_FOLDER = new URL('../src/lua/', import.meta.url);

const numbersSchema = z.tuple([
  z.tuple([z.null(), z.string().nullable()]),
  z.tuple([z.null(), z.record(z.string(), z.coerce.number())]),
]);
const announcedSchema = z.tuple([z.coerce.string(), z.coerce.number()]);

const PUT_AT_ONCE = 100;
const GET_AT_ONCE = 100;

/**
 * @param prefix first part of every key; its braces keep the keys of a tenant in one slot
 * @param completeForMs how long a listing of the object store counts
 */
export function createRedisDefinitionCache(options: {
  redis: RedisClient;
  prefix: string;
  tenant: string;
  type: DefinitionType;
  completeForMs: number;
}): DefinitionCache {
  const { redis } = options;
  const run = scriptRunner(redis, readScripts(SCRIPT_FOLDER, ['announce-change', 'keep-newer']));
  const ofTenant = `${options.prefix}:definitions:${options.tenant}`;
  // ViewDefinitions have the keys that they had when nothing else was stored.
  const root = options.type === 'ViewDefinition' ? ofTenant : `${ofTenant}:${options.type}`;
  const [content, numbers, generation, complete] = [
    `${root}:content`,
    `${root}:numbers`,
    `${root}:generation`,
    `${root}:complete`,
  ];

  /** In a generation, the content counts as complete for so long. */
  async function keepNewer(
    versions: readonly StoredVersion[],
    inGeneration: string,
    completeForMs: number,
  ): Promise<void> {
    const fields = versions.flatMap((version) => [version.id, version.version, encodeVersion(version)]);
    await run(
      'keep-newer',
      [content, numbers, generation, complete],
      [inGeneration, completeForMs, ...fields],
    );
  }

  return {
    async state() {
      const [current, isComplete] = await redis.mget(generation, complete);
      return { generation: current ?? '0', complete: isComplete === '1' };
    },
    async numbers() {
      const answers = await redis.multi().get(generation).hgetall(numbers).exec();
      const [[, current], [, stored]] = numbersSchema.parse(answers);
      return { generation: current ?? '0', numbers: new Map(Object.entries(stored)) };
    },
    async get(ids) {
      const found: CachedVersion[] = [];
      for (let at = 0; at < ids.length; at += GET_AT_ONCE) {
        const texts = await redis.hmget(content, ...ids.slice(at, at + GET_AT_ONCE));
        await decodeAll(texts, found);
      }
      return found;
    },
    async announceChange() {
      const [current, completeForMs] = announcedSchema.parse(
        await run('announce-change', [generation, complete], []),
      );
      return { generation: current, completeForMs: Math.max(0, completeForMs) };
    },
    async put(versions, announced) {
      for (let at = 0; at < versions.length; at += PUT_AT_ONCE) {
        const isLast = at + PUT_AT_ONCE >= versions.length;
        // The first script changes the generation: only one that puts all can leave the content complete.
        const whole = at === 0 && isLast && announced !== undefined && announced.completeForMs > 0;
        const slice = versions.slice(at, at + PUT_AT_ONCE);
        await (whole
          ? keepNewer(slice, announced.generation, announced.completeForMs)
          : keepNewer(slice, '', 1));
      }
    },
    async putListed(versions, generationBefore) {
      // One script: completeness must not be visible before the content is.
      await keepNewer(versions, generationBefore, options.completeForMs);
    },
  };
}

/** Characters that are decoded at once; other requests have their turn in between. */
const DECODED_AT_ONCE = 256 << 10;

async function decodeAll(texts: readonly (string | null)[], found: CachedVersion[]): Promise<void> {
  let atOnce = 0;
  for (const text of texts) {
    if (text === null) continue;
    found.push({ version: decodeVersion(text), bytes: Buffer.byteLength(text) });
    atOnce += text.length;
    if (atOnce < DECODED_AT_ONCE) continue;
    atOnce = 0;
    await ownRound();
  }
}
