import { join } from 'node:path';
import { byteCount, wholeNumberFrom } from '@millrace/harness-kit';
import type { Format } from '@millrace/formats';
import { startStack } from '@millrace/local-stack';
import { Option } from 'commander';
import type { Command } from 'commander';
import { addBounded } from '../bounded-benchmark.js';
import type { Bounds } from '../bounded-benchmark.js';
import { chooseViews } from '../choose-views.js';
import { provideSource, removeSources } from '../source/provide-source.js';
import { SOURCES_FOLDER } from '../workspace.js';
import type { BenchWorld } from '../world.js';
import { measurePipeline } from './pipeline-benchmark.js';
import { PIPELINE_LIMITS, reportPipeline } from './pipeline-report.js';

interface PipelineArguments {
  readonly bytes: number;
  readonly threads: number;
  readonly rounds: number;
  readonly format: Format;
  readonly view?: string[];
  readonly clean: boolean;
}

/** Adds `pipeline`: exports end to end, against the same engine alone. */
export function addPipeline(program: Command, world: BenchWorld): void {
  const command = program
    .command('pipeline')
    .description('speed of exports through API, queue, worker and files, compared with the same engine alone')
    .option('--bytes <n>', 'approximate size of the input; takes KB, MB and GB', byteCount, 2e9)
    .option('--threads <n>', 'engine threads', wholeNumberFrom(1), 2)
    .option('--rounds <n>', 'measured rounds', wholeNumberFrom(1), 9)
    .addOption(new Option('--format <format>', 'output format').choices(['csv', 'ndjson']).default('csv'))
    .option('--view <name...>', 'exports only these views, together')
    .option('--clean', 'removes the generated source at the end', false);
  addBounded(command, world, runPipeline);
}

async function runPipeline(given: PipelineArguments, { signal, report }: Bounds): Promise<object> {
  const { threads, rounds, format } = given;
  const views = await chooseViews(given.view);
  const wish = { bytes: given.bytes, gzip: false };
  const source = await provideSource(SOURCES_FOLDER, wish, report);
  const trial = {
    folder: join(SOURCES_FOLDER, source.name),
    source: source.name,
    views,
    format,
    threads,
    rounds,
  };
  await using stack = await startStack({ data: SOURCES_FOLDER, report });
  const runs = await measurePipeline(stack, trial, signal);
  if (given.clean) await removeSources(SOURCES_FOLDER, [wish]);
  return {
    threads,
    rounds,
    format,
    input: { bytes: runs.inputBytes },
    views: views.map(({ name }) => name),
    limits: PIPELINE_LIMITS,
    ...reportPipeline(runs),
  };
}
