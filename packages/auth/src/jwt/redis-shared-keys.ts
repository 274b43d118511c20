import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { RedisClient } from '@millrace/redis';
import * as z from 'zod';
import type { PurposeKeys } from '../secrets.js';
import { readKeySet } from './key-document.js';
import type { KeyDocument, SharedKeys } from './shared-keys.js';

/** A larger document is read by each instance for itself. */
const MOST_CHARACTERS = 32 << 10;
const LONGEST_MS = 86_400_000;

const documentSchema = z.object({
  keys: z.unknown().transform((keys) => readKeySet({ keys })),
  readAt: z.int(),
  freshUntil: z.int(),
});

/**
 * Documents in Redis, signed: whoever writes to Redis alone cannot add a key by which tokens count. They expire with the time for
 * which they may be kept.
 *
 * @param keysOf asked each time, because secrets change
 * @param onDistrusted told of a document whose signature is wrong
 */
export function redisSharedKeys({
  redis,
  prefix,
  keysOf,
  onDistrusted,
  now = Date.now,
}: {
  readonly redis: RedisClient;
  readonly prefix: string;
  readonly keysOf: () => PurposeKeys;
  readonly onDistrusted: () => void;
  readonly now?: () => number;
}): SharedKeys {
  const keyOf = (kind: string, url: string): string =>
    `${prefix}:auth:${kind}:${createHash('sha256').update(url).digest('hex')}`;

  return {
    async read(url) {
      const text = await redis.getrange(keyOf('jwks', url), 0, MOST_CHARACTERS);
      if (text === '') return undefined;
      const document = verified(url, text, keysOf());
      if (document === undefined) onDistrusted();
      return document;
    },
    async write(url, { keys: { keys }, readAt, freshUntil }) {
      const [signing] = keysOf();
      const content = JSON.stringify({ keys, readAt, freshUntil });
      const text = `${signing.id}.${macOf(url, content, signing.key).toString('base64url')}.${content}`;
      const forMs = Math.min(freshUntil - now(), LONGEST_MS);
      if (text.length > MOST_CHARACTERS || forMs < 1) return;
      await redis.set(keyOf('jwks', url), text, 'PX', forMs);
    },
    async takeTurn(url, forMs) {
      return (await redis.set(keyOf('jwks-turn', url), '1', 'PX', forMs, 'NX')) === 'OK';
    },
  };
}

function verified(url: string, text: string, keys: PurposeKeys): KeyDocument | undefined {
  const [, id, given = '', content = ''] = /^([0-9a-f]+)\.([\w-]+)\.(.*)$/s.exec(text) ?? [];
  const key = keys.find((one) => one.id === id);
  if (key === undefined) return undefined;
  const [mac, wanted] = [Buffer.from(given, 'base64url'), macOf(url, content, key.key)];
  if (mac.length !== wanted.length || !timingSafeEqual(mac, wanted)) return undefined;
  return documentSchema.parse(JSON.parse(content));
}

function macOf(url: string, content: string, key: Uint8Array): Buffer {
  return createHmac('sha256', key)
    .update(JSON.stringify([url, content]))
    .digest();
}
