import { wholeNumberFrom } from '@millrace/harness-kit';
import { startStack } from '@millrace/local-stack';
import type { Command } from 'commander';
import { addBounded } from '../bounded-benchmark.js';
import type { Bounds } from '../bounded-benchmark.js';
import { chooseViews } from '../choose-views.js';
import { BenchmarkError } from '../errors.js';
import { provideSource } from '../source/provide-source.js';
import { SOURCES_FOLDER } from '../workspace.js';
import type { BenchWorld } from '../world.js';
import { startIdleWorker } from './compose.js';
import type { IdleWorker } from './compose.js';
import { FLAT_LIMIT } from './latency-report.js';
import { measureLatency } from './latency.js';
import { measureThroughput } from './throughput.js';
import type { Load } from './throughput.js';

interface ControlPlaneArguments {
  readonly shards: number;
  readonly slots: number;
  readonly rounds: number;
  readonly present: number;
  readonly samples: number;
}

const VIEW = 'patient_demographics';
/** The API wants a source that is there; nobody reads it. */
const SOURCE = { bytes: 4e6, gzip: false } as const;

/** Adds `control-plane`: the job store, the queue and the API, without any rows. */
export function addControlPlane(program: Command, world: BenchWorld): void {
  const command = program
    .command('control-plane')
    .description('empty shards per second, and the time of requests as the number of exports grows')
    .option(
      '--shards <n>',
      'shards of the middle load; the other loads have a quarter, four times as many, or many small exports',
      wholeNumberFrom(1),
      2000,
    )
    .option('--slots <n>', 'shards that the worker does at a time', wholeNumberFrom(1), 16)
    .option('--rounds <n>', 'measured rounds of each load', wholeNumberFrom(1), 3)
    .option(
      '--present <n>',
      'most live exports; the other levels have a tenth and a hundredth of it',
      wholeNumberFrom(1),
      10_000,
    )
    .option('--samples <n>', 'requests of each kind at each level', wholeNumberFrom(1), 300);
  addBounded(command, world, runControlPlane);
}

async function runControlPlane(given: ControlPlaneArguments, { signal, report }: Bounds): Promise<object> {
  const [view] = await chooseViews([VIEW]);
  if (view === undefined) throw new BenchmarkError(`there is no view ${VIEW}`);
  const { name: source } = await provideSource(SOURCES_FOLDER, SOURCE, report);
  await using stack = await startStack({ data: SOURCES_FOLDER, report });
  const idle = { prefix: '{bench}', slots: given.slots, view: view.view };
  await using worker: IdleWorker = await startIdleWorker(stack.redisUrl, idle);
  const loads = await measureThroughput(worker, loadsOf(given.shards), given.rounds, signal);
  const latency = await measureLatency(
    {
      fhirUrl: stack.api.fhirUrl,
      order: { subjects: [{ name: view.name, resource: view.view }], format: 'ndjson', source },
      levels: [given.present / 100, given.present / 10, given.present].map(Math.ceil),
      samples: given.samples,
      usage: () => worker.usage(),
    },
    signal,
  );
  return {
    slots: given.slots,
    rounds: given.rounds,
    samples: given.samples,
    loads,
    flatLimit: FLAT_LIMIT,
    latency,
  };
}

/** The same shards in one export and in many, and larger and smaller exports. */
function loadsOf(shards: number): Load[] {
  return [
    { exports: 1, shards: Math.ceil(shards / 4) },
    { exports: 1, shards },
    { exports: 1, shards: shards * 4 },
    { exports: Math.ceil(shards / 40), shards: 40 },
  ];
}
