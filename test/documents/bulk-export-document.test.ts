import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { sampleDataDir } from '@millrace/samples';
import { startTestStack } from '../e2e/test-stack.js';

const text = readFileSync(resolve(import.meta.dirname, '../../docs/bulk-export.md'), 'utf8');
const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);
const hasTools = spawnSync('sh', ['-c', 'command -v curl && command -v jq']).status === 0;
const testWithTools = hasTools ? test : test.skip;

/** The output of the lines of the shell, one string for each block. */
async function run(fhirUrl: string, folder: string): Promise<readonly string[]> {
  const mark = '--- block ---';
  const script = blocks
    .map((block) => block.replace('http://127.0.0.1:8080/fhir', fhirUrl))
    .join(`\necho '${mark}'\n`);
  const { stdout } = await promisify(execFile)('sh', ['-euc', script], { cwd: folder });
  return stdout.split(`${mark}\n`);
}

testWithTools('the commands export the bundled sample, by hand', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-by-hand-'));
  await using stack = await startTestStack({ data: sampleDataDir, workers: 1 });
  try {
    const { fhirUrl } = stack.api;
    const [, status, filtered, named, files, lines, told, removed] = await run(fhirUrl, folder);
    expect(status?.trim()).toMatch(/^http.*\/bulk-status$/);
    for (const accepted of [filtered, named]) {
      expect(JSON.parse(accepted ?? '')).toMatchObject({ issue: [{ severity: 'information' }] });
    }
    const counts = (files ?? '')
      .trim()
      .split('\n')
      .map((file) => Number(file.split(' ')[1]));
    const rows = counts.reduce((sum, count) => sum + count, 0);
    expect(rows).toBeGreaterThan(100);
    expect(lines?.trim()).toBe(`${rows} all.ndjson`);
    expect((await readFile(join(folder, 'all.ndjson'), 'utf8')).split('\n')).toHaveLength(rows + 1);
    expect(told?.split('\n').filter((line) => line !== '')).toEqual(
      (told ?? '').split('\n').filter((line) => line.includes('"OperationOutcome"')),
    );
    expect(removed).toContain('is removed');
    expect((await fetch(status?.trim() ?? '')).status).toBe(404);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('the page has its blocks', () => {
  expect(blocks).toHaveLength(8);
});
