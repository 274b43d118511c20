import { expect, test } from '@jest/globals';
import { runProgram } from './program.js';

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const code = await runProgram(args, {
    out: (text) => (out += text),
    err: (text) => (err += text),
    redisUrl: undefined,
    signal: new AbortController().signal,
  });
  return { code, out, err };
}

test('--help lists the arguments on stdout and ends with 0', async () => {
  const { code, out } = await run('--help');
  expect(code).toBe(0);
  expect(out).toContain('--report <file>');
});

test.each([
  [[], /missing required argument 'dir'/],
  [['/nowhere'], /\/nowhere cannot be read/],
  [['/nowhere', '--repot', 'x'], /Did you mean --report\?/],
])('%j ends with 2 and says what would be right', async (args, message) => {
  const { code, out, err } = await run(...args);
  expect(code).toBe(2);
  expect(err).toMatch(message);
  expect(out).toBe('');
});
