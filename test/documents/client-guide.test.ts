import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { sampleDataDir } from '@millrace/samples';
import { startTestStack } from '../e2e/test-stack.js';
import { commandsOf, runBlocks, testWithTools } from './document-blocks.js';

const blocks = commandsOf('client-guide.md');

testWithTools('the commands export the bundled sample, by hand', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-guide-'));
  await using stack = await startTestStack({ data: sampleDataDir, workers: 1 });
  try {
    const { fhirUrl } = stack.api;
    const [, status, refused, result, lines, stored, packed, removed, rows, counts] = await runBlocks(
      blocks,
      {
        fhirUrl,
        folder,
      },
    );
    expect(status?.trim()).toMatch(/^http.*\/status$/);
    expect(refused?.trim().split('\n')).toEqual([
      expect.stringMatching(/^\w\S* .*subject/),
      expect.stringMatching(/^\w\S* .*xlsx/),
    ]);
    expect(result?.trim()).toBe('200');
    expect(lines?.trim()).toMatch(/^[1-9]\d* patients\.ndjson$/);
    expect(stored?.trim()).toMatch(/^201\nhttp.*\/status$/);
    expect(packed?.trim().split('\n')[0]).toBe('201 Created');
    expect(packed?.trim().split('\n')[1]).toMatch(
      /^\w+\t\w+\tfalse\tCHARACTER VARYING\tBYTE_ARRAY \(STRING\)$/,
    );
    expect(removed?.trim()).toBe('202\n404');
    expect(rows?.trim().split('\n')).toEqual([
      'patient_id,gender,birth_date',
      expect.stringContaining(','),
      expect.stringContaining(','),
    ]);
    expect(counts?.trim().split('\n')[0]).toBe('gender,people');
    expect(counts?.trim().split('\n')[1]).toMatch(/^\w+,[1-9]\d*$/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('the page has its blocks', () => {
  expect(blocks).toHaveLength(10);
});
