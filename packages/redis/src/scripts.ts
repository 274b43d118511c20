import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { RedisClient } from './client.js';

/** The source of each Lua script by its name. */
export type Scripts<Name extends string> = Readonly<Record<Name, string>>;

/** Runs a script on its keys and arguments, and gives the reply of Redis. */
export type RunScript<Name extends string> = (
  name: Name,
  keys: readonly string[],
  args: readonly (string | number)[],
) => Promise<unknown>;

/** A line of a script that names a file of the folder `includes`, as BullMQ has it. */
const INCLUDE = /^--- @include "([\w-]+)"\n/gm;

/**
 * Reads `<name>.lua` of a folder for each name. Included files are put in front of a script, each once and
 * after the files that it includes itself. Redis runs all of this at each call, so a script includes no more
 * than it needs.
 */
export function readScripts<Name extends string>(folder: URL, names: readonly Name[]): Scripts<Name> {
  const read = (name: string): string => {
    const seen = new Set<string>();
    const whole = (file: string): string => {
      const text = readFileSync(new URL(`${file}.lua`, folder), 'utf8');
      const included = [...text.matchAll(INCLUDE)].map(([, other]) => `includes/${other}`);
      const fresh = included.map((other) => {
        if (seen.has(other)) return '';
        seen.add(other);
        return whole(other);
      });
      return fresh.join('') + text.replaceAll(INCLUDE, '');
    };
    return whole(name);
  };
  // Each name has an entry, and no other has.
  return Object.fromEntries(names.map((name) => [name, read(name)])) as Scripts<Name>;
}

/**
 * Makes the scripts commands of a connection. Each is sent in full once on a connection, and after a NOSCRIPT; else its
 * digest is sent.
 */
export function scriptRunner<Name extends string>(
  redis: RedisClient,
  scripts: Scripts<Name>,
): RunScript<Name> {
  const commands = new Map(
    Object.entries<string>(scripts).map(([name, lua]) => [name, commandFor(redis, lua)]),
  );
  return async (name, keys, args) => {
    const command = commands.get(name);
    if (command === undefined) throw new TypeError(`There is no script ${name}.`);
    // One array, which ioredis flattens: a call cannot have as many arguments as a script may have.
    return command.call(redis, keys.length, [...keys, ...args]);
  };
}

type ScriptCommand = (
  this: RedisClient,
  keys: number,
  keysAndArgs: readonly (string | number)[],
) => Promise<unknown>;

/**
 * The command is named after its source: stores that share a connection share its scripts, and a script called `expire`
 * leaves the command of that name alone.
 */
function commandFor(redis: RedisClient, lua: string): ScriptCommand {
  const name = `script:${createHash('sha1').update(lua).digest('hex')}`;
  if (!(name in redis)) redis.defineCommand(name, { lua });
  // ioredis adds a method of the name, which its types do not know.
  return (redis as unknown as Readonly<Record<string, ScriptCommand>>)[name] as ScriptCommand;
}
