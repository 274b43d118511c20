import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Format } from '@millrace/formats';
import type { BundledView } from '@millrace/samples';
import { interleaveAsync } from '../interleave.js';
import { runEngines } from '../ranges/alone.js';
import { startEnginePool, tasksOver } from '../ranges/compose.js';
import { bytesOf } from '../ranges/range-tasks.js';
import type { GeneratedSource } from '../source/provide-source.js';
import type { ScalingRuns } from './scaling-report.js';

export interface ScalingTrial {
  /** Folder of the sources. */
  readonly folder: string;
  readonly sources: readonly GeneratedSource[];
  readonly threads: readonly number[];
  readonly views: readonly BundledView[];
  readonly format: Format;
  readonly rounds: number;
}

/** Small enough that threads end at about the same time. */
const SHARD_BYTES = 32 << 20;

/** Every source by every number of threads, in turns. */
export async function measureScaling(trial: ScalingTrial, signal: AbortSignal): Promise<ScalingRuns[]> {
  const { sources, views, format, rounds } = trial;
  const output = await mkdtemp(join(tmpdir(), 'millrace-scaling-'));
  const configs = sources.map(
    ({ name }) => ({ kind: 'file', name, root: join(trial.folder, name), fhirVersion: 'R4' }) as const,
  );
  const tasksOf = new Map(
    await Promise.all(
      configs.map(async (config) => {
        return [config.name, await tasksOver(config, views, format, SHARD_BYTES)] as const;
      }),
    ),
  );
  const pools = new Map(
    trial.threads.map((threads) => [threads, startEnginePool(threads, configs, join(output, `${threads}`))]),
  );
  const points = [...pools].flatMap(([threads, pool]) =>
    [...tasksOf].map(([source, tasks]) => ({ name: `${source} ${threads}`, threads, pool, tasks })),
  );
  try {
    const results = await interleaveAsync(
      points.map(({ name, threads, pool, tasks }) => ({
        name,
        async run() {
          signal.throwIfAborted();
          return (await runEngines(pool, tasks, join(output, `${threads}`))).seconds;
        },
      })),
      rounds,
    );
    return points.map(({ name, threads, tasks }) => ({
      inputBytes: bytesOf(tasks),
      threads,
      seconds: results.get(name) ?? [],
    }));
  } finally {
    await Promise.all([...pools.values()].map((pool) => pool[Symbol.asyncDispose]()));
    await rm(output, { recursive: true, force: true });
  }
}
