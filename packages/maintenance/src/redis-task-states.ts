import { readScripts, scriptRunner } from '@millrace/redis';
import type { RedisClient } from '@millrace/redis';
import * as z from 'zod';
import { ACTIVATION_REASONS } from './background-task.js';
import type { TaskStates } from './task-states.js';

/** The compiler does not copy Lua; this is the same folder seen from `src/` and from `dist/`. */
const SCRIPT_FOLDER = new URL('../src/lua/', import.meta.url);

const reasonSchema = z.enum(ACTIVATION_REASONS);
const lastSchema = z.object({
  iteration: z.number(),
  startedAt: z.number(),
  elapsedMs: z.number(),
  reason: reasonSchema,
  details: z.record(z.string(), z.unknown()),
  error: z.string().optional(),
});
const lastTextSchema = z.string().transform((text, context) => {
  if (text === '') return undefined;
  const last = lastSchema.safeParse(JSON.parse(text));
  if (last.success) return last.data;
  context.addIssue({ code: 'custom', message: 'is not an activation', input: text });
  return z.NEVER;
});
const begunSchema = z.union([
  z.tuple([z.literal('busy')]),
  z.tuple([z.literal('begun'), z.coerce.number(), z.coerce.number(), lastTextSchema]),
]);
const renewedSchema = z.tuple([z.enum(['renewed', 'lost'])]);
const finishedSchema = z.tuple([z.enum(['finished', 'lost'])]);
const recordSchema = z.object({
  since: z.coerce.number().optional(),
  reason: reasonSchema.optional(),
  last: lastTextSchema.optional(),
});

const declaredSchema = z.object({ description: z.string(), periodSecs: z.number() });

/** @param prefix of every key; its braces keep a task's keys in one slot of a cluster */
export function createRedisTaskStates({ redis, prefix }: { redis: RedisClient; prefix: string }): TaskStates {
  const run = scriptRunner(redis, readScripts(SCRIPT_FOLDER, ['begin', 'renew', 'finish']));
  const lockOf = (task: string): string => `${prefix}:task:${task}:lock`;
  const recordOf = (task: string): string => `${prefix}:task:${task}`;

  return {
    async begin(task, { nonce, reason, lockMs }) {
      const reply = await run('begin', [lockOf(task), recordOf(task)], [nonce, lockMs, reason]);
      const begun = begunSchema.parse(reply);
      if (begun[0] === 'busy') return undefined;
      const [, iteration, startedAt, last] = begun;
      return { iteration, startedAt, last };
    },
    async renew(task, nonce, lockMs) {
      const reply = await run('renew', [lockOf(task)], [nonce, lockMs]);
      return renewedSchema.parse(reply)[0] === 'renewed';
    },
    async finish(task, nonce, last) {
      const reply = await run('finish', [lockOf(task), recordOf(task)], [nonce, JSON.stringify(last)]);
      return finishedSchema.parse(reply)[0];
    },
    async declare(tasks) {
      const fields = tasks.map(({ name, ...task }) => [name, JSON.stringify(task)] as const);
      await redis.multi().del(`${prefix}:tasks`).hset(`${prefix}:tasks`, new Map(fields)).exec();
    },
    async declared() {
      const found = Object.entries(await redis.hgetall(`${prefix}:tasks`));
      return found
        .map(([name, text]) => ({ name, ...declaredSchema.parse(JSON.parse(text)) }))
        .sort((one, other) => (one.name < other.name ? -1 : 1));
    },
    async read(task) {
      const [isTaken, fields] = await Promise.all([
        redis.exists(lockOf(task)),
        redis.hgetall(recordOf(task)),
      ]);
      const { since, reason, last } = recordSchema.parse(fields);
      return {
        current:
          isTaken === 1 && since !== undefined && reason !== undefined
            ? { state: 'running', since, reason }
            : { state: 'idle' },
        ...(last === undefined ? {} : { last }),
      };
    },
  };
}
