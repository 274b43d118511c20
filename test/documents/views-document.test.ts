import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { blocksOf } from './document-blocks.js';

const blocks = blocksOf('views.md');
const root = resolve(import.meta.dirname, '../..');

/** Runs a command of the document where its views are. */
async function output(command: string, folder: string): Promise<string> {
  const here = command
    .replace('npx millrace', `node ${join(root, 'packages/cli/bin/millrace.cjs')}`)
    .replace('packages/samples', join(root, 'packages/samples'));
  const { stdout } = await promisify(execFile)('sh', ['-euc', here], { cwd: folder });
  return stdout;
}

test('each view gives the rows that the page shows', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-views-'));
  try {
    let shown = 0;
    for (const [at, { language, name, text }] of blocks.entries()) {
      if (language === 'json' || language === 'yaml') await writeFile(join(folder, name), text);
      if (language !== 'sh') continue;
      expect(await output(text, folder)).toBe(blocks[at + 1]?.text);
      shown += 1;
    }
    expect(shown).toBe(7);
    expect(blocks.filter(({ language }) => language === 'text')).toHaveLength(shown);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
