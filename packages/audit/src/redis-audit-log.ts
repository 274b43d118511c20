import { readScripts, scriptRunner } from '@millrace/redis';
import type { RedisClient } from '@millrace/redis';
import * as z from 'zod';
import type { AuditLog } from './audit-log.js';
import { parseEntry } from './entry-text.js';

/** The compiler does not copy Lua; this is the same folder seen from `src/` and from `dist/`. */
const SCRIPT_FOLDER = new URL('../src/lua/', import.meta.url);

const count = z.coerce.number();
const replies = {
  init: z.tuple([z.enum(['started', 'full'])]),
  complete: z.tuple([z.enum(['completed', 'already_completed'])]),
  timeOut: z.tuple([z.literal('timed-out'), count]),
  page: z.tuple([z.literal('page')], z.string()),
  drop: z.tuple([z.literal('dropped'), count]),
};

/**
 * The audit log in Redis 6.2 or later, or a cluster of them.
 *
 * @param options.prefix of every key; its braces keep them in one slot of a cluster
 * @param options.maxBytes that may wait for the archive
 */
export function createRedisAuditLog(options: {
  readonly redis: RedisClient;
  readonly prefix: string;
  readonly maxBytes: number;
}): AuditLog {
  const { redis, prefix, maxBytes } = options;
  const names = ['init', 'complete', 'time-out', 'page', 'drop'] as const;
  const run = scriptRunner(redis, readScripts(SCRIPT_FOLDER, names));
  const [open, entries, clock, completed] = ['open', 'entries', 'clock', 'completed'].map(
    (name) => `${prefix}:audit:${name}`,
  ) as [string, string, string, string];
  const all = [open, entries, clock, completed];

  return {
    async init(start) {
      const reply = await run('init', [open, entries, clock], [start.id, JSON.stringify(start), maxBytes]);
      return replies.init.parse(reply)[0];
    },
    async complete(id, result) {
      return replies.complete.parse(await run('complete', all, [id, JSON.stringify(result)]))[0];
    },
    async timeOut(cutoff, max) {
      return replies.timeOut.parse(await run('time-out', all, [cutoff, max]))[1];
    },
    async page({ from, to }, after, max) {
      const last = [after?.completedAt ?? -1, after?.sequence ?? -1];
      const reply = await run('page', [completed, clock], [from, to, ...last, max]);
      const [, ...texts] = replies.page.parse(reply);
      return texts.map((text) => parseEntry(text, completed));
    },
    async drop({ completedAt, sequence }) {
      const reply = await run('drop', [completed, clock], [completedAt, sequence]);
      return replies.drop.parse(reply)[1];
    },
    async backlog() {
      const [isOpen, waits, bytes] = await Promise.all([
        redis.zcard(open),
        redis.zcard(completed),
        redis.hget(clock, 'bytes'),
      ]);
      return { open: isOpen, completed: waits, bytes: Number(bytes ?? 0) };
    },
  };
}
