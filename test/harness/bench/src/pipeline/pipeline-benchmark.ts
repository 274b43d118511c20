import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { awaitResult, fetchManifest, kickOff } from '@millrace/client';
import { manifestSchema } from '@millrace/export';
import type { Format } from '@millrace/formats';
import type { LocalStack } from '@millrace/local-stack';
import type { BundledView } from '@millrace/samples';
import { interleaveAsync } from '../interleave.js';
import { readStackCpuTime } from '../process/stack-cpu-time.js';
import { digestLines } from '../exporting/digest-lines.js';
import { runEngines, runPlainly } from '../ranges/alone.js';
import type { FilesWithLines } from '../ranges/alone.js';
import { startEnginePool, tasksOver } from '../ranges/compose.js';
import { startPlainThreads } from '../ranges/plain-threads.js';
import { bytesOf } from '../ranges/range-tasks.js';
import { sumOf } from '../ranges/timed-files.js';
import type { PipelineRuns, TimedRun } from './pipeline-report.js';

export interface PipelineTrial {
  /** Folder of the source, and the name by which the services know it. */
  readonly folder: string;
  readonly source: string;
  readonly views: readonly BundledView[];
  readonly format: Format;
  readonly threads: number;
  readonly rounds: number;
}

/** Exports in turns with the same engine alone. The services and all threads have been warmed up by a round before. */
export async function measurePipeline(
  stack: LocalStack,
  trial: PipelineTrial,
  signal: AbortSignal,
): Promise<PipelineRuns> {
  const { folder, views, format, threads, rounds } = trial;
  const config = { kind: 'file', name: trial.source, root: folder, fhirVersion: 'R4' } as const;
  const tasks = await tasksOver(config, views, format);
  const output = (name: string): string => join(dirname(stack.outFolder), name);
  await stack.startWorker({ ENGINE_THREADS: String(threads) });
  await using plain = startPlainThreads(threads);
  await using pool = startEnginePool(threads, [config], output('engines'));
  const turn = async (run: () => Promise<FilesWithLines>): Promise<TimedRun> => {
    signal.throwIfAborted();
    return { controlCpuSeconds: 0, ...(await run()) };
  };
  const results = await interleaveAsync(
    [
      { name: 'plain', run: () => turn(() => runPlainly(plain, tasks, folder, output('plain'))) },
      { name: 'engines', run: () => turn(() => runEngines(pool, tasks, output('engines'))) },
      { name: 'export', run: () => turn(() => timeExport(stack, trial, signal)) },
    ],
    rounds,
  );
  const of = (name: string): readonly TimedRun[] => results.get(name) ?? [];
  return { inputBytes: bytesOf(tasks), plain: of('plain'), engines: of('engines'), exports: of('export') };
}

/** Only a client that hardly ever polls leaves the processors, which it shares with them here, to the services. */
const PACE = { defaultMs: 5_000, minMs: 5_000, maxMs: 5_000, patienceMs: 60_000 };

/** From the request that kicks off to when the export had ended, by the clock of this machine. */
async function timeExport(
  stack: LocalStack,
  { source, views, format }: PipelineTrial,
  signal: AbortSignal,
): Promise<TimedRun> {
  const subjects = views.map(({ name, view }) => ({ name, resource: view }));
  const before = await readStackCpuTime(stack);
  const begun = Date.now();
  const statusUrl = await kickOff(stack.api.fhirUrl, { subjects, format, source }, { signal });
  const resultUrl = await awaitResult(statusUrl, { signal, pace: PACE });
  const after = await readStackCpuTime(stack);
  const manifest = await fetchManifest(resultUrl, { signal });
  const seconds = (Date.parse(manifest.endedAt ?? '') - begun) / 1000;
  const files = manifest.outputs
    .flatMap((output) => output.files)
    .map(({ rows = 0, bytes = 0, sha256 = '' }) => ({ rows, bytes, sha256 }));
  const folder = join(stack.outFolder, 'default', manifest.exportId);
  const lines = await digestLines(await listedFiles(stack.outFolder, folder), format === 'csv');
  await rm(folder, { recursive: true });
  const cpuSeconds = after.whole - before.whole;
  return { ...sumOf(files), lines, seconds, cpuSeconds, controlCpuSeconds: after.control - before.control };
}

/** Others may be in the folder until they are removed. */
async function listedFiles(outFolder: string, folder: string): Promise<readonly string[]> {
  const manifest = manifestSchema.parse(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')));
  if (manifest.outcome !== 'completed') throw new Error(`the export in ${folder} did not complete`);
  return manifest.outputs.flatMap(({ files }) => files.map(({ key }) => join(outFolder, key)));
}
