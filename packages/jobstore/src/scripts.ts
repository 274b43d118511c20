import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Cluster, Redis } from 'ioredis';

/** The one client that the store needs: a server or a cluster. */
export type RedisClient = Redis | Cluster;

/** The Lua files, which are named after what they do. */
export const SCRIPTS = [
  'create',
  'activate',
  'discard',
  'restore',
  'claim',
  'heartbeat',
  'release',
  'postpone',
  'plan-slice',
  'commit-part',
  'commit-shard',
  'decide',
  'settle',
  'forget-steps',
  'expire',
  'end-retention',
  'dispatch',
  'register',
  'sent-steps',
  'take-back',
  'resolve',
  'mend',
  'live-exports',
] as const;
export type ScriptName = (typeof SCRIPTS)[number];

/** What all of them share, in front of each. */
export const PRELUDES = ['prelude', 'prelude-queue'] as const;

/** Runs a script; the reply is its return code and what belongs to it. */
export type RunScript = (
  name: ScriptName,
  keys: readonly string[],
  args: readonly (string | number)[],
) => Promise<unknown>;

/** The compiler does not copy Lua; this is the same folder seen from `src/` and from `dist/`. */
export const SCRIPT_FOLDER = new URL('../src/lua/', import.meta.url);

interface Script {
  readonly source: string;
  readonly sha1: string;
}

function loadScripts(): ReadonlyMap<ScriptName, Script> {
  const read = (name: string) => readFileSync(new URL(`${name}.lua`, SCRIPT_FOLDER), 'utf8');
  const preludes = PRELUDES.map(read).join('');
  return new Map(
    SCRIPTS.map((name) => {
      const source = preludes + read(name);
      return [name, { source, sha1: createHash('sha1').update(source).digest('hex') }];
    }),
  );
}

/** Sends a script by its digest; in full when the server does not know it, as after a restart. */
export function scriptRunner(redis: RedisClient): RunScript {
  const scripts = loadScripts();
  return async (name, keys, args) => {
    const script = scripts.get(name);
    if (!script) throw new TypeError(`There is no script ${name}.`);
    try {
      return await redis.evalsha(script.sha1, keys.length, ...keys, ...args);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return redis.eval(script.source, keys.length, ...keys, ...args);
    }
  };
}
