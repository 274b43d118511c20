import { expect, test } from '@jest/globals';
import { wholeNumberFrom } from './option-values.js';
import { runTool, toolCommand } from './run-tool.js';

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const output = { out: (text: string) => (out += text), err: (text: string) => (err += text) };
  const program = toolCommand('tool', 'Tries things', output).option(
    '--tries <n>',
    'how often',
    wholeNumberFrom(1),
  );
  const code = await runTool(program, args, () => {
    out += `ran ${JSON.stringify(program.opts())}`;
    return 1;
  });
  return { code, out, err };
}

test('a tool that understands its arguments runs, and gives its own exit code', async () => {
  expect(await run('--tries', '3')).toEqual({ code: 1, out: 'ran {"tries":3}', err: '' });
});

test('--help is written to the output and ends with 0, and nothing runs', async () => {
  const { code, out } = await run('--help');
  expect(code).toBe(0);
  expect(out).toContain('--tries <n>');
  expect(out).not.toContain('ran');
});

test.each([
  [['--tires', '3'], 'Did you mean --tries?'],
  [['--tries', '0'], 'Expected a whole number from 1.'],
])('%j ends with 2 and says what would be right, and nothing runs', async (args, message) => {
  const { code, out, err } = await run(...args);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(message);
});
