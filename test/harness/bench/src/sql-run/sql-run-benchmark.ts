import { readMemory, readPeakMemory } from '@millrace/harness-kit';
import type { LocalStack } from '@millrace/local-stack';
import type { BundledView } from '@millrace/samples';
import { join } from 'node:path';
import { SOURCES_FOLDER } from '../workspace.js';
import { runCommandLine } from './command-line.js';
import { readRows } from './read-rows.js';

export interface RunTrial {
  readonly api: LocalStack['api'];
  /** Name of the source, a folder of sources. */
  readonly source: string;
  readonly view: BundledView;
  readonly threads: number;
  readonly rounds: number;
}

/** How soon a run should have its first row, in milliseconds; and its share of the throughput of the command. */
const LIMITS = { firstRowMs: 100, toCommand: 0.8, freedMs: 1000 };

/** Runs a view by HTTP and by the command in turns, after a run that warms the threads of the API. */
export async function measureRun(trial: RunTrial, signal: AbortSignal): Promise<object> {
  const { api, source, view, threads, rounds } = trial;
  const url = `${api.fhirUrl}/$sql-run`;
  const parameter = [
    { name: 'subjectResource', resource: view.view },
    { name: 'source', valueString: source },
  ];
  const body = (more: readonly object[] = []): string =>
    JSON.stringify({ resourceType: 'Parameters', parameter: [...parameter, ...more] });
  const idleBytes = await readMemory(api.service.pid);
  await readRows(url, body(), signal);
  const warmBytes = await readMemory(api.service.pid);

  const overHttp: Awaited<ReturnType<typeof readRows>>[] = [];
  const byCommand: Awaited<ReturnType<typeof runCommandLine>>[] = [];
  const freedMs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    overHttp.push(await readRows(url, body(), signal));
    const input = join(SOURCES_FOLDER, source);
    byCommand.push(await runCommandLine({ view: view.view, input, threads }, signal));
    await readRows(url, body(), signal, 1);
    const goneAt = performance.now();
    // Waits until the run before has freed its place.
    await readRows(url, body([{ name: '_limit', valueInteger: 1 }]), signal);
    freedMs.push(performance.now() - goneAt);
  }
  const firstRowMs = median(overHttp.map((one) => one.firstMs));
  const seconds = median(overHttp.map((one) => one.seconds));
  const commandSeconds = median(byCommand.map((one) => one.seconds));
  const { bytesIn, bytesOut } = byCommand[0] ?? { bytesIn: 0, bytesOut: 0 };
  return {
    bytesIn,
    bytesOut,
    sameBytes: overHttp.every(({ bytes }) => bytes === bytesOut),
    firstRowMs,
    seconds,
    commandSeconds,
    toCommand: commandSeconds / seconds,
    mbPerSecond: bytesIn / 1e6 / seconds,
    freedMs: Math.max(...freedMs),
    limits: LIMITS,
    within:
      firstRowMs <= LIMITS.firstRowMs &&
      commandSeconds / seconds >= LIMITS.toCommand &&
      Math.max(...freedMs) <= LIMITS.freedMs,
    memory: {
      idleBytes,
      warmBytes,
      endBytes: await readMemory(api.service.pid),
      peakBytes: await readPeakMemory(api.service.pid),
    },
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
