import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { planText } from '@millrace/export';
import type { Plan } from '@millrace/export';
import { openSource } from '@millrace/storage';
import { idView } from './id-view.js';
import { startTestStack } from './test-stack.js';
import { download, kickOff, rowsIn } from './wire.js';

const IDS = Array.from({ length: 60 }, (_, n) => `p${n}`);
const LINES = IDS.map((id) => `${JSON.stringify({ resourceType: 'Patient', id })}\n`);

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'millrace-stages-'));
  await writeFile(join(data, 'Patient.ndjson'), LINES.join(''));
});
afterEach(() => rm(data, { recursive: true, force: true }));

/** Two shards for the first two thirds of the lines, and, when both are done, one for the rest, which makes the output. */
async function planOfTwoStages(): Promise<Plan> {
  const [input] = await openSource({ kind: 'file', name: 'default', root: data, fhirVersion: 'R4' }).list(
    'Patient',
  );
  if (input === undefined) throw new Error('the source lists no patients');
  const [third, twoThirds] = [20, 40].map((count) => LINES.slice(0, count).join('').length);
  const range = (start = 0, end = 0) => ({ kind: 'range' as const, pass: 0, input: 0, start, end });
  return {
    inputs: [input],
    passes: [{ resourceType: 'Patient', subjects: [0] }],
    stages: [[range(0, third), range(third, twoThirds)], [range(twoThirds, input.bytes)]],
    outputs: [{ stage: 1 }],
    notices: [],
  };
}

test('parts of an earlier stage are written before the later one begins, are not output, and are gone at the end', async () => {
  await using stack = await startTestStack({ data, workers: 0 });
  const statusUrl = await kickOff(stack.api.fhirUrl, { views: [idView('Patient')], format: 'ndjson' });
  const folder = join(stack.outFolder, 'default', statusUrl.split('/').at(-2) ?? '');
  await mkdir(folder, { recursive: true });
  // The plan that is stored first is the one that is carried out.
  await writeFile(join(folder, 'plan.json'), planText(await planOfTwoStages()));
  const committed: string[] = [];
  await stack.startWorker({}, (line) => {
    const { msg, step } = JSON.parse(line) as { msg?: string; step?: string };
    if (msg === 'shard committed' && step !== undefined) committed.push(step);
  });

  const { outputs } = await download(statusUrl);
  expect([...outputs.values()].map(rowsIn)).toEqual([IDS.slice(40).map((id) => ({ id }))]);
  expect(committed.toSorted()).toEqual(['shard-0', 'shard-1', 'shard-2']);
  expect(committed.at(-1)).toBe('shard-2');
  const left = await readdir(folder, { recursive: true });
  expect(left.filter((path) => path.endsWith('.ndjson'))).toEqual([expect.stringMatching(/^shard-2\//)]);
});
