import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { sampleDataDir } from '@millrace/samples';
import { startTestStack } from '../e2e/test-stack.js';
import { commandsOf, runBlocks, testWithTools } from './document-blocks.js';

const blocks = commandsOf('bulk-export.md');

testWithTools('the commands export the bundled sample, by hand', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-by-hand-'));
  await using stack = await startTestStack({ data: sampleDataDir, workers: 1 });
  try {
    const { fhirUrl } = stack.api;
    const [, status, filtered, named, files, lines, told, removed] = await runBlocks(blocks, {
      fhirUrl,
      folder,
    });
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
