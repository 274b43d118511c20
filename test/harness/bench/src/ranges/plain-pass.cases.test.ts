import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createScans, evaluateRange } from '@millrace/run';
import { bundledViews, writeSample } from '@millrace/samples';
import { createFileSource } from '@millrace/storage';
import { createMemorySink } from '@millrace/storage/memory';
import { createCompiledViews } from '@millrace/viewdef';
import { passPlainly } from './plain-pass.js';
import { plainRequests } from './plain-requests.js';
import { rangeTasks } from './range-tasks.js';
import { begin, timedFiles } from './timed-files.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-plain-'));
  await writeSample(folder, { seed: 3, patients: 300 }, ['Patient', 'Observation']);
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

it.each(['csv', 'ndjson'] as const)('plain loops write the same %s files as the engine', async (format) => {
  const views = (await bundledViews()).filter(({ name }) => /^(patient|observation)/.test(name));
  const source = createFileSource({ name: 'sample', root: folder, fhirVersion: 'R4' });
  const tasks = await rangeTasks(source, views, format);
  const [compile, openScan] = [createCompiledViews(), createScans()];

  const parts: { rows: number; bytes: number; sha256: string }[] = [];
  for (const task of tasks) {
    const { last } = await evaluateRange(task, {
      source,
      sink: createMemorySink(),
      compile,
      openScan,
      control: () => 'run',
      onUpload: () => undefined,
      onCut: async (cut) => void parts.push(...cut.parts),
      now: () => 0,
    });
    parts.push(...(last?.parts ?? []));
  }
  const requests = plainRequests(tasks, folder, folder);
  const files = requests.flatMap((request) => {
    const compiled = request.views.map((view) => compile(view, { engine: 'auto', fhirVersion: 'R4' }));
    const { scan, declines } = openScan(compiled, format);
    if (scan === undefined || declines.length > 0) throw new Error('the scan leaves a view');
    return passPlainly(request.range, { scan, views: compiled, format });
  });

  const written = (of: Parameters<typeof timedFiles>[1]) => {
    const { rows, bytes, sha256 } = timedFiles(begin(), of);
    return { rows, bytes, sha256 };
  };
  expect(written(files)).toEqual(written(parts));
  const [path, first] = [requests[0]?.range.outputs[0]?.file ?? '', files[0]];
  const content = await readFile(path);
  expect(first).toMatchObject({
    bytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
  });
});
