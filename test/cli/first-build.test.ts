import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const BIN = resolve(import.meta.dirname, '../../packages/cli/bin');

/** Stands for a build of minutes: it ends when its input does. */
const LONG_BUILD = `import { readFileSync } from 'node:fs';
export const isAnythingInstalled = () => true;
export const buildIfNeeded = () => void readFileSync(0);
`;

test('the first run says that it builds before it does, and a build that makes nothing is an error', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-first-'));
  try {
    await cp(BIN, join(folder, 'packages/cli/bin'), { recursive: true });
    await mkdir(join(folder, 'scripts'));
    await writeFile(join(folder, 'scripts/prepare.mjs'), LONG_BUILD);
    const child = spawn(process.execPath, [join(folder, 'packages/cli/bin/millrace.cjs'), '--version']);
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    await once(child.stderr, 'data');
    expect(err).toBe('millrace is built first, which takes minutes; later runs begin at once\n');
    expect(child.exitCode).toBeNull();
    child.stdin.end();
    const [code] = (await once(child, 'close')) as [number];
    expect([code, err.split('\n')[1]]).toEqual([1, expect.stringContaining('the command line is not built')]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
