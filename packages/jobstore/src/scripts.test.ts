import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { replies } from './replies.js';
import { SCRIPTS, SCRIPT_FOLDER } from './scripts.js';

/** Commands of Redis 6.2 that scripts may use; each is quick on the data of the store. */
const ALLOWED = new Set(
  (
    'EXISTS GET HDEL HGET HGETALL HINCRBY HMGET HSET HVALS INFO LRANGE PEXPIRE PUBLISH RPUSH SET TIME UNLINK ZADD ZCARD ZCOUNT ZINCRBY ZMSCORE ZPOPMIN ZRANGE ZRANGEBYSCORE ZREM ' +
    'ZREMRANGEBYSCORE ZSCORE'
  ).split(' '),
);

const luaIn = (folder: URL): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.lua'))
    .sort();
const includes = luaIn(new URL('includes/', SCRIPT_FOLDER)).map((file) => `includes/${file}`);
const files = [...luaIn(SCRIPT_FOLDER), ...includes];
const textOf = (file: string) => readFileSync(new URL(file, SCRIPT_FOLDER), 'utf8');

test('each transition is one file, and each file is one', () => {
  expect(luaIn(SCRIPT_FOLDER)).toEqual(SCRIPTS.map((name) => `${name}.lua`).sort());
});

/** The names that a file defines for the files that include it, and all names that its code uses. */
function namesOf(file: string) {
  const code = textOf(file)
    .replaceAll(/--.*$/gm, '')
    .replaceAll(/'[^'\n]*'/g, "''");
  const given = [...code.matchAll(/^local (?:function (\w+)|([\w, ]+?) =)/gm)].flatMap(
    ([, named, listed = '']) => named ?? listed.split(', '),
  );
  return { given, used: new Set(code.match(/(?<![\w.:])[a-zA-Z_]\w*/g)) };
}

const includedBy = (file: string): string[] =>
  [...textOf(file).matchAll(/^--- @include "([\w-]+)"$/gm)].map(([, name]) => `includes/${name}.lua`);
const allIncludedBy = (file: string): string[] =>
  includedBy(file).flatMap((other) => [other, ...allIncludedBy(other)]);

describe.each(files)('%s', (file) => {
  const { given, used } = namesOf(file);

  test('includes the files that it uses, and uses the files that it includes', () => {
    const there = new Set(allIncludedBy(file));
    const missing = includes.filter((other) => {
      if (other === file || there.has(other)) return false;
      return namesOf(other).given.some(
        (name) => used.has(name) && !given.includes(name) && !isLocal(file, name),
      );
    });
    expect(missing).toEqual([]);
    // An include may also be there for the ones that it includes.
    const idle = includedBy(file).filter(
      (other) =>
        ![other, ...allIncludedBy(other)].some((one) => namesOf(one).given.some((name) => used.has(name))),
    );
    expect(idle).toEqual([]);
  });
});

/** A parameter or a local of the file by the same name. */
function isLocal(file: string, name: string): boolean {
  return new RegExp(
    String.raw`local [\w, ]*\b${name}\b|for [\w, ]*\b${name}\b|function[^\n(]*\([^)]*\b${name}\b`,
  ).test(textOf(file));
}

describe.each(files)('%s', (file) => {
  const text = textOf(file);
  const code = text.replaceAll(/--.*$/gm, '');

  test('uses commands of Redis 6.2 that are allowed', () => {
    const calls = [...code.matchAll(/redis\.p?call\(\s*('[A-Z]+'|[^,)]*)/g)].map((call) => call[1] ?? '');
    expect(calls.filter((command) => !ALLOWED.has(command.replaceAll("'", '')))).toEqual([]);
  });

  test('builds keys from the prefix only, and sets no global', () => {
    expect(code).not.toMatch(/'\{?millrace|KEYS\[[^\]]*\]\s*\.\./);
    expect(code).not.toMatch(/redis\.(setresp|log|breakpoint)|_G\b|loadstring/);
  });
});

describe.each(SCRIPTS)('%s.lua', (name) => {
  const [header = ''] = textOf(`${name}.lua`).split(/\n(?!--)/);

  test('says its purpose, its arrow, its keys, arguments and replies', () => {
    for (const heading of ['Purpose:', 'Arrow:', 'KEYS:', 'ARGV:', 'Returns:'])
      expect(header).toContain(heading);
  });

  test('lists the codes that are understood, and no other', () => {
    const listed = [...header.matchAll(/^-- .*\{'([a-z]+)'/gm)].map((match) => match[1]);
    const understood = replies[name].options.map(({ def }) => def.items[0].value);
    expect(listed).toEqual(understood);
  });
});
