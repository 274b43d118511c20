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
import { measureBurst } from './burst.js';

interface BurstArguments {
  readonly requests: number;
  readonly rounds: number;
}

const VIEW = 'patient_demographics';
const SOURCE = { bytes: 4e6, gzip: false } as const;

/** Adds `burst`: many kick-offs at the same moment, then many polls, over two API instances and a worker. */
export function addBurst(program: Command, world: BenchWorld): void {
  const command = program
    .command('burst')
    .description('time and status of many requests at the same moment, over two API instances')
    .option('--requests <n>', 'kick-offs at the same moment, then polls', wholeNumberFrom(1), 500)
    .option('--rounds <n>', 'how many times', wholeNumberFrom(1), 3);
  addBounded(command, world, runBurst);
}

async function runBurst({ requests, rounds }: BurstArguments, { signal, report }: Bounds): Promise<object> {
  const [view] = await chooseViews([VIEW]);
  if (view === undefined) throw new BenchmarkError(`there is no view ${VIEW}`);
  const { name: source } = await provideSource(SOURCES_FOLDER, SOURCE, report);
  const environment = { TENANT_EXPORT_CAP: String(requests * (rounds + 1)) };
  await using stack = await startStack({ data: SOURCES_FOLDER, workers: 1, environment, report });
  const second = await stack.startApi();
  const parameter = [
    { name: 'subject', part: [{ name: 'subjectResource', resource: view.view }] },
    { name: '_format', valueCode: 'ndjson' },
    { name: 'source', valueString: source },
  ];
  const body = JSON.stringify({ resourceType: 'Parameters', parameter });
  const fhirUrls = [stack.api.fhirUrl, second.fhirUrl];
  return { requests, rounds, ...(await measureBurst({ fhirUrls, body, requests, rounds }, signal)) };
}
