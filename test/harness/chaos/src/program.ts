import { numberAbove0, runTool, toolCommand, wholeNumberFrom } from '@millrace/harness-kit';
import type { ToolOutput } from '@millrace/harness-kit';
import { InvalidArgumentError, Option } from 'commander';
import { runChaos } from './run-chaos.js';
import { FAULTS, isFaultKind } from './schedule/fault-kind.js';
import type { FaultKind } from './schedule/fault-kind.js';
import { SINK_KINDS } from './schedule/sink-kind.js';
import type { SinkKind } from './schedule/sink-kind.js';

export interface ProgramWorld extends ToolOutput {
  /** The seed where none is given. */
  readonly anySeed: number;
  readonly stop: AbortSignal;
}

interface Flags {
  readonly minutes: number;
  readonly seed: number;
  readonly sink: SinkKind | 'both';
  readonly round?: number;
  readonly faults?: readonly FaultKind[];
  readonly apis: number;
  readonly workers: number;
  readonly patients: number;
  readonly patience: number;
  readonly keep: boolean;
}

/** Gives the exit code: 0 when all promises were kept, 1 when not, 2 when the arguments were not understood. */
export async function runProgram(args: readonly string[], world: ProgramWorld): Promise<number> {
  const program = toolCommand(
    'chaos',
    'Breaks a whole stack while exports run, and checks that every promise is kept',
    world,
  )
    .option('--minutes <n>', 'how long to run', numberAbove0, 2)
    .option(
      '--seed <n>',
      'seed: the same number breaks the same things at the same times',
      wholeNumberFrom(0),
      world.anySeed,
    )
    .addOption(
      new Option('--sink <kind>', 'kind of store for the output')
        .choices([...SINK_KINDS, 'both'])
        .default('both'),
    )
    .option('--round <n>', 'runs only this round, as a report names it', wholeNumberFrom(0))
    .option(
      '--faults <kinds>',
      `uses only these faults, separated by commas: ${Object.keys(FAULTS).join(', ')}`,
      faultList,
    )
    .option('--apis <n>', 'API processes', wholeNumberFrom(1), 2)
    .option('--workers <n>', 'worker processes', wholeNumberFrom(1), 3)
    .option('--patients <n>', 'patients in the input, about 22 KB each', wholeNumberFrom(1), 250)
    .option('--patience <seconds>', 'time that exports may take once all faults are healed', numberAbove0, 90)
    .option('--keep', 'keeps logs, input and output', false);
  return runTool(program, args, async () => {
    const { sink, patience, ...flags } = program.opts<Flags>();
    const isGood = await runChaos({
      ...flags,
      sinks: sink === 'both' ? SINK_KINDS : [sink],
      patienceMs: patience * 1000,
      out: (line) => world.out(`${line}\n`),
      stop: world.stop,
    });
    return isGood ? 0 : 1;
  });
}

function faultList(text: string): FaultKind[] {
  const kinds = text.split(',').filter((kind) => kind !== '');
  const unknown = kinds.filter((kind) => !isFaultKind(kind));
  if (unknown.length > 0) throw new InvalidArgumentError(`There is no ${unknown.join(', ')}.`);
  return kinds.filter(isFaultKind);
}
