import { cpus } from 'node:os';
import type { Format } from '@millrace/formats';
import { bundledViews } from '@millrace/samples';
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { benchmarkView, meanToFloor } from './engine-benchmark.js';
import type { ViewResult } from './engine-benchmark.js';

interface EngineArguments {
  readonly bytes: number;
  readonly rounds: number;
  readonly format: Format;
  readonly data?: string;
  readonly view?: string[];
}

/** Adds `engine`: views over lines in memory, against `JSON.parse` alone. */
export function addEngine(program: Command, write: (text: string) => void): void {
  program
    .command('engine')
    .description(
      'lines to rows to file bytes on one thread, per bundled view, against JSON.parse of each line',
    )
    .option(
      '--bytes <n>',
      'about how much input of each resource type; KB, MB and GB may follow',
      byteCount,
      32e6,
    )
    .option('--rounds <n>', 'rounds that are counted', wholeNumber, 5)
    .addOption(
      new Option('--format <format>', 'output').choices(['csv', 'ndjson', 'json', 'parquet']).default('csv'),
    )
    .option('--view <name...>', 'only these views')
    .option('--data <folder>', 'NDJSON of your own, {type}.ndjson, instead of generated data')
    .action(async (given: EngineArguments) => {
      write(`${JSON.stringify(await runEngine(given), undefined, 2)}\n`);
    });
}

async function runEngine(given: EngineArguments): Promise<unknown> {
  const { bytes, rounds, format } = given;
  const all = await bundledViews();
  const chosen = given.view === undefined ? all : all.filter(({ name }) => given.view?.includes(name));
  if (chosen.length < (given.view?.length ?? 1)) {
    const names = all.map(({ name }) => name).join(', ');
    throw new Error(`--view is ${given.view?.join(' ') ?? ''}, expected names out of ${names}`);
  }
  const views: ViewResult[] = [];
  for (const view of chosen) {
    views.push(await benchmarkView(view, { bytes, rounds, format, data: given.data }));
  }
  return {
    benchmark: 'engine',
    node: process.version,
    cpu: cpus()[0]?.model,
    ...{ format, rounds, data: given.data ?? 'generated' },
    meanToFloor: meanToFloor(views),
    views,
  };
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('Expected a whole number from 1.');
  return Number(text);
}

const UNITS = { '': 1, KB: 1e3, MB: 1e6, GB: 1e9 } as const;

function byteCount(text: string): number {
  const match = /^([1-9]\d{0,9})(KB|MB|GB|)$/.exec(text);
  if (!match) throw new InvalidArgumentError('Expected a number of bytes such as 32MB.');
  return Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
}
