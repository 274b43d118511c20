import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { EnginePool, RangeTask } from '@millrace/run';
import type { Part } from '@millrace/export';
import { digestLines } from '../exporting/digest-lines.js';
import { plainRequests } from './plain-requests.js';
import type { PlainThreads } from './plain-threads.js';
import { begin, timedFiles } from './timed-files.js';
import type { TimedFiles } from './timed-files.js';

/** Files, and the digest of their lines. */
export interface FilesWithLines extends TimedFiles {
  readonly lines: string;
}

/** All ranges by plain threads. The files are removed afterwards, which is not measured. */
export async function runPlainly(
  threads: PlainThreads,
  tasks: readonly RangeTask[],
  input: string,
  output: string,
): Promise<FilesWithLines> {
  const requests = plainRequests(tasks, input, output);
  await mkdir(output, { recursive: true });
  const since = begin();
  const result = timedFiles(since, await threads.run(requests));
  const lines = await linesBelow(output, tasks);
  await rm(output, { recursive: true });
  return { ...result, lines };
}

/** All ranges by engine threads, as `runPlainly`. */
export async function runEngines(
  pool: EnginePool,
  tasks: readonly RangeTask[],
  output: string,
): Promise<FilesWithLines> {
  const parts: Part[] = [];
  const watch = {
    stop: new AbortController().signal,
    finishAtCut: new AbortController().signal,
    onCut: async (cut: { readonly parts: readonly Part[] }) => void parts.push(...cut.parts),
  };
  const since = begin();
  const summaries = await Promise.all(tasks.map((task) => pool.run(task, watch)));
  parts.push(...summaries.flatMap(({ last }) => last?.parts ?? []));
  const result = timedFiles(since, parts);
  const lines = await linesBelow(output, tasks);
  await rm(output, { recursive: true });
  return { ...result, lines };
}

async function linesBelow(folder: string, tasks: readonly RangeTask[]): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return digestLines(paths, tasks[0]?.format === 'csv');
}
