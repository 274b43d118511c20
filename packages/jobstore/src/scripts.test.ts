import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { replies } from './replies.js';
import { PRELUDES, SCRIPTS, SCRIPT_FOLDER } from './scripts.js';

/** Commands of Redis 6.2 that scripts may use; each is quick on what the store keeps. */
const ALLOWED = new Set(
  (
    'EXISTS GET HDEL HGET HGETALL HINCRBY HMGET HSET HVALS LRANGE PUBLISH RPUSH SET TIME UNLINK ZADD ZCARD ZCOUNT ZINCRBY ZPOPMIN ZRANGE ZRANGEBYSCORE ZREM ' +
    'ZREMRANGEBYSCORE ZSCORE'
  ).split(' '),
);

const files = readdirSync(SCRIPT_FOLDER).sort();
const textOf = (file: string) => readFileSync(new URL(file, SCRIPT_FOLDER), 'utf8');

test('each transition is one file, and each file is one', () => {
  expect(files).toEqual([...SCRIPTS, ...PRELUDES].map((name) => `${name}.lua`).sort());
});

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

  test('says what it is for, which arrow it makes, its keys, arguments and replies', () => {
    for (const heading of ['Purpose:', 'Arrow:', 'KEYS:', 'ARGV:', 'Returns:'])
      expect(header).toContain(heading);
  });

  test('lists the codes that are understood, and no other', () => {
    const listed = [...header.matchAll(/^-- .*\{'([a-z]+)'/gm)].map((match) => match[1]);
    const understood = replies[name].options.map(({ def }) => def.items[0].value);
    expect(listed).toEqual(understood);
  });
});
