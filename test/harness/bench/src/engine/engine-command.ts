import { byteCount, wholeNumberFrom } from '@millrace/harness-kit';
import type { Format } from '@millrace/formats';
import { Option } from 'commander';
import type { Command } from 'commander';
import { chooseViews } from '../choose-views.js';
import { median } from '../interleave.js';
import { thisMachine } from '../machine.js';
import { rounded } from '../rounded.js';
import { benchmarkDropped } from './dropped.js';
import { benchmarkView, toFloor } from './engine-benchmark.js';
import type { ViewResult } from './engine-benchmark.js';
import { benchmarkEncodings, encodingsReport } from './encodings.js';
import { ONE_PASS_LIMIT, benchmarkOnePass } from './one-pass.js';
import { benchmarkOutside } from './outside.js';
import { SCAN_LIMITS, isWithin } from './scan-limits.js';

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
      'speed of each bundled view on one thread, from lines to file bytes, compared with JSON.parse of each line',
    )
    .option(
      '--bytes <n>',
      'approximate size of the input of each resource type; takes KB, MB and GB',
      byteCount,
      32e6,
    )
    .option('--rounds <n>', 'measured rounds', wholeNumberFrom(1), 5)
    .addOption(
      new Option('--format <format>', 'output format')
        .choices(['csv', 'ndjson', 'json', 'parquet'])
        .default('csv'),
    )
    .option('--view <name...>', 'measures only these views')
    .option('--data <folder>', 'reads {type}.ndjson from this folder instead of generated data')
    .action(async (given: EngineArguments) => {
      write(`${JSON.stringify(await runEngine(given), undefined, 2)}\n`);
    });
}

async function runEngine(given: EngineArguments): Promise<unknown> {
  const { bytes, rounds, format } = given;
  const chosen = await chooseViews(given.view);
  const views: ViewResult[] = [];
  for (const view of chosen) {
    views.push(await benchmarkView(view, { bytes, rounds, format, data: given.data }));
  }
  const ratios = toFloor(views);
  const limits = SCAN_LIMITS[format];
  return {
    benchmark: 'engine',
    ...thisMachine(),
    format,
    rounds,
    data: given.data ?? 'generated',
    ...(limits === undefined ? {} : { limits, within: isWithin(limits, ratios.scan) }),
    toFloor: ratios,
    strictToRead: rounded(median(views.flatMap((view) => view.strictToRead ?? []))),
    onePass: {
      limit: ONE_PASS_LIMIT,
      types: await benchmarkOnePass(chosen, { bytes, rounds, format, data: given.data }),
    },
    ...(format === 'parquet'
      ? {
          encodings: encodingsReport(
            await benchmarkEncodings(chosen, { bytes, rounds, format, data: given.data }),
          ),
        }
      : {}),
    outside: await benchmarkOutside(chosen, { bytes, rounds, format, data: given.data }),
    dropped: await benchmarkDropped(chosen, { bytes, rounds, format, data: given.data }),
    views,
  };
}
