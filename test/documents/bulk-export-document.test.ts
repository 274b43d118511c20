import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { sampleDataDir } from '@millrace/samples';
import { startTestStack } from '../e2e/test-stack.js';
import { commandsOf, runBlocks, testWithTools } from './document-blocks.js';

const blocks = commandsOf('bulk-export.md');

const SAMPLE_PATIENT = 'Patient/7e13e8fb-aefc-4915-a66e-dfd5e2dcb48e';
const PROVENANCE = ['2020-01-01T00:00:00Z', '2021-01-01T00:00:00Z'].map((recorded, n) => ({
  resourceType: 'Provenance',
  id: `p${n}`,
  target: [{ reference: SAMPLE_PATIENT }],
  recorded,
  agent: [{ who: { display: 'somebody' } }],
}));
const DELETION = {
  resourceType: 'Bundle',
  type: 'transaction',
  meta: { lastUpdated: '2025-01-01T00:00:00Z' },
  entry: [{ request: { method: 'DELETE', url: 'Patient/gone' } }],
};

testWithTools('the commands export the bundled sample, by hand', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-by-hand-'));
  const data = await mkdtemp(join(tmpdir(), 'millrace-sample-'));
  await cp(sampleDataDir, data, { recursive: true });
  // The sample has neither.
  await writeFile(
    join(data, 'Provenance.ndjson'),
    PROVENANCE.map((one) => `${JSON.stringify(one)}\n`),
  );
  await writeFile(join(data, 'deleted.ndjson'), `${JSON.stringify(DELETION)}\n`);
  await using stack = await startTestStack({ data, workers: 1 });
  try {
    const { fhirUrl } = stack.api;
    const [, status, filtered, named, files, lines, told, removed, , ...more] = await runBlocks(blocks, {
      fhirUrl,
      folder,
    });
    const [provenance, organized, pages, packed, deletions] = more.map((text) => text.trim().split('\n'));
    expect(provenance?.sort()).toEqual(['Patient 36', 'Provenance 1']);
    const [by, keys, header, patient] = organized ?? [];
    expect([by, keys]).toEqual(['Patient', 'count extension url']);
    expect(header).toMatch(
      /^\{"resourceType":"Parameters","parameter":\[\{"name":"header","valueReference":/,
    );
    expect(patient).toContain('"resourceType":"Patient"');
    expect(Number(pages?.[0])).toBeGreaterThan(4);
    expect(packed).toEqual([expect.stringMatching(/^content-encoding: gzip\r?$/i)]);
    expect(deletions).toEqual(['DELETE Patient/gone']);
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
    for (const made of [folder, data]) await rm(made, { recursive: true, force: true });
  }
});

test('the page has its blocks', () => {
  expect(blocks).toHaveLength(14);
});
