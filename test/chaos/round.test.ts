import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';

jest.setTimeout(240_000);

const MAIN = resolve(import.meta.dirname, '../harness/chaos/dist/main.js');

async function chaos(...args: string[]): Promise<{ code: number | null; lines: string[]; text: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const output of [child.stdout, child.stderr]) {
    output.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, lines: text.trimEnd().split('\n'), text };
}

describe('a round of chaos', () => {
  test.each([
    ['file', 'kill-worker,freeze-worker,kill-redis,terminate-worker,double-finalize'],
    ['s3', 'kill-worker,freeze-redis,s3-errors,s3-lost-answers,cut-off-worker'],
  ])('on %s keeps every promise', async (sink, faults) => {
    const size = ['--patients', '120', '--workers', '2'];
    const { code, lines, text } = await chaos(
      '--sink',
      sink,
      '--seed',
      '5',
      '--round',
      '0',
      '--faults',
      faults,
      ...size,
    );
    // The whole report is shown when it is not as promised.
    expect(code === 0 ? '' : text).toBe('');
    expect(lines.at(-1)).toMatch(/^\d+ passed, 0 failed$/);
    expect(lines.find((line) => line.startsWith('exports'))).toMatch(/completed/);
  });

  test('with a fault that nobody knows is refused', async () => {
    const { code, text } = await chaos('--faults', 'earthquake');
    expect(code).toBe(2);
    expect(text).toContain('There is no earthquake');
  });
});
