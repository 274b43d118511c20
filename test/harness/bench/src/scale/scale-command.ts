import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { wholeNumberFrom } from '@millrace/harness-kit';
import { CACHE_FOLDER, resolveRedis } from '@millrace/local-stack';
import { createRedisConnection, infoField, untilReady } from '@millrace/redis';
import type { Command } from 'commander';
import { addBounded } from '../bounded-benchmark.js';
import type { Bounds } from '../bounded-benchmark.js';
import { chooseViews } from '../choose-views.js';
import { usageIn } from '../control-plane/redis-usage.js';
import { BenchmarkError } from '../errors.js';
import type { BenchWorld } from '../world.js';
import { openQueueing } from './queue-exports.js';
import { scaleReport } from './scale-report.js';
import type { Reading } from './scale-report.js';
import { startSimulators } from './simulators.js';

interface ScaleArguments {
  readonly workers: number;
  readonly shards: number;
  readonly exports: number;
  readonly clients: number;
  readonly slots: number;
  readonly beats: number;
  readonly threads: number;
  readonly most: number;
  readonly rest: number;
}

const VIEW = 'patient_demographics';
const REDIS_PATIENCE_MS = 10_000;

/** Adds `scale`: many workers that evaluate nothing, and many shards that wait, over one Redis. */
export function addScale(program: Command, world: BenchWorld): void {
  const command = program
    .command('scale')
    .description(
      'many simulated workers and waiting shards over one Redis: its cost, and where the ceiling is',
    )
    .option('--workers <n>', 'simulated workers', wholeNumberFrom(1), 200)
    .option('--shards <n>', 'shards that wait before the first worker comes', wholeNumberFrom(1), 100_000)
    .option('--exports <n>', 'exports that have these shards', wholeNumberFrom(1), 1_000)
    .option('--clients <n>', 'clients that these exports are of, five in a tenant', wholeNumberFrom(1), 1)
    .option('--slots <n>', 'shards that a worker does at a time', wholeNumberFrom(1), 2)
    .option('--beats <n>', 'renewals of the lease of each shard', wholeNumberFrom(0), 1)
    .option('--threads <n>', 'threads that simulate', wholeNumberFrom(1), availableParallelism())
    .option(
      '--most <seconds>',
      'time after which the workers end, though shards are left',
      wholeNumberFrom(1),
      120,
    )
    .option(
      '--rest <seconds>',
      'time for which idle workers are measured, if no shard is left',
      wholeNumberFrom(1),
      30,
    );
  addBounded(command, world, runScale);
}

async function runScale(given: ScaleArguments, { signal, report }: Bounds): Promise<object> {
  const { workers, exports, clients, slots, beats, threads } = given;
  const [view] = await chooseViews([VIEW]);
  if (view === undefined) throw new BenchmarkError(`there is no view ${VIEW}`);
  const folder = await mkdtemp(join(tmpdir(), 'millrace-scale-'));
  const redis = await resolveRedis({
    dataFolder: join(folder, 'redis'),
    cacheFolder: CACHE_FOLDER,
    log: report,
  });
  const looking = createRedisConnection(redis.url, 'request');
  try {
    await untilReady(looking, REDIS_PATIENCE_MS);
    const read = async (): Promise<Reading> => {
      const { user, system } = process.cpuUsage();
      const seconds = performance.now() / 1000;
      const info = await looking.info();
      return {
        seconds,
        redis: usageIn(info),
        connections: Number(infoField(info, 'connected_clients')),
        simulatorCpuSeconds: (user + system) / 1e6,
      };
    };
    const shardsOfExport = Math.ceil(given.shards / exports);
    const plan = { redisUrl: redis.url, out: join(folder, 'out'), slots, beats, shardsOfExport };
    await using queueing = await openQueueing(plan, { view: view.view, clients }, signal);
    const begin = await read();
    await queueing.accept(exports);
    const accepted = await read();
    await queueing.planAll();
    const planned = await read();
    report(`${exports} exports of ${shardsOfExport} shards wait; ${workers} workers connect`);
    await using simulators = await startSimulators(plan, { workers, threads }, signal);
    const connected = await read();
    const { shards: done, isAll } = await simulators.work(exports, given.most * 1000);
    const worked = await read();
    if (isAll) await delay(given.rest * 1000, undefined, { signal });
    const rested = isAll ? { rested: await read() } : {};
    const moments = { begin, accepted, planned, connected, worked, ...rested };
    const shards = exports * shardsOfExport;
    const size = { workers, exports, shards, done, cores: availableParallelism() };
    return {
      workers,
      slots,
      exports,
      clients,
      shards,
      done,
      beats,
      threads,
      redisFrom: redis.how,
      ...scaleReport(size, moments),
      trouble: simulators.trouble(),
    };
  } finally {
    looking.disconnect();
    await redis.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
