import { interleaveAsync, median } from '../interleave.js';
import { rounded } from '../rounded.js';
import type { IdleWorker } from './compose.js';
import { usagePer } from './redis-usage.js';
import type { RedisUsage } from './redis-usage.js';

/** Exports that run at the same time, and how many shards each has. */
export interface Load {
  readonly exports: number;
  readonly shards: number;
}

/** Medians over the rounds. */
export interface LoadResult extends Load {
  readonly shardsPerSecond: number;
  /** For each shard; `plan` and `finalize` are in it. */
  readonly redis: {
    readonly commands: number;
    readonly bytesIn: number;
    readonly bytesOut: number;
    readonly cpuMicroseconds: number;
  };
  /** Processor time of Redis and of the worker for each second. */
  readonly busy: { readonly redis: number; readonly worker: number };
}

interface LoadRun {
  readonly seconds: number;
  readonly workerCpuSeconds: number;
  readonly perShard: RedisUsage;
}

/** Runs loads in turns; one round before the first is not counted. */
export async function measureThroughput(
  worker: IdleWorker,
  loads: readonly Load[],
  rounds: number,
  signal: AbortSignal,
): Promise<LoadResult[]> {
  const candidates = loads.map((load) => ({ name: nameOf(load), run: () => runLoad(worker, load, signal) }));
  const results = await interleaveAsync(candidates, rounds);
  return loads.map((load) => summarizeLoad(load, results.get(nameOf(load)) ?? []));
}

async function runLoad(worker: IdleWorker, { exports, shards }: Load, signal: AbortSignal): Promise<LoadRun> {
  signal.throwIfAborted();
  const usage = await worker.usage();
  const cpu = process.cpuUsage();
  const start = performance.now();
  await Promise.all(Array.from({ length: exports }, () => worker.export(shards, signal)));
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return {
    seconds,
    workerCpuSeconds: (user + system) / 1e6,
    perShard: usagePer(exports * shards, usage, await worker.usage()),
  };
}

export function summarizeLoad(load: Load, runs: readonly LoadRun[]): LoadResult {
  const count = load.exports * load.shards;
  const middle = (of: (run: LoadRun) => number): number => rounded(median(runs.map(of)));
  return {
    ...load,
    shardsPerSecond: middle(({ seconds }) => count / seconds),
    redis: {
      commands: middle(({ perShard }) => perShard.commands),
      bytesIn: middle(({ perShard }) => perShard.bytesIn),
      bytesOut: middle(({ perShard }) => perShard.bytesOut),
      cpuMicroseconds: middle(({ perShard }) => perShard.cpuSeconds * 1e6),
    },
    busy: {
      redis: middle(({ perShard, seconds }) => (perShard.cpuSeconds * count) / seconds),
      worker: middle(({ workerCpuSeconds, seconds }) => workerCpuSeconds / seconds),
    },
  };
}

function nameOf({ exports, shards }: Load): string {
  return `${exports} x ${shards}`;
}
