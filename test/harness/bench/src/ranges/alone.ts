import { mkdir, rm } from 'node:fs/promises';
import type { EnginePool, RangeTask } from '@millrace/run';
import type { Part } from '@millrace/export';
import { plainRequests } from './plain-requests.js';
import type { PlainThreads } from './plain-threads.js';
import { begin, timedFiles } from './timed-files.js';
import type { TimedFiles } from './timed-files.js';

/** All ranges by plain threads. The files are removed afterwards, which is not measured. */
export async function runPlainly(
  threads: PlainThreads,
  tasks: readonly RangeTask[],
  input: string,
  output: string,
): Promise<TimedFiles> {
  const requests = plainRequests(tasks, input, output);
  await mkdir(output, { recursive: true });
  const since = begin();
  const result = timedFiles(since, await threads.run(requests));
  await rm(output, { recursive: true });
  return result;
}

/** All ranges by engine threads, as `runPlainly`. */
export async function runEngines(
  pool: EnginePool,
  tasks: readonly RangeTask[],
  output: string,
): Promise<TimedFiles> {
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
  await rm(output, { recursive: true });
  return result;
}
