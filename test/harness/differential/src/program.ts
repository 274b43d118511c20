import { runTool, toolCommand, wholeNumberFrom } from '@millrace/harness-kit';
import type { ToolOutput } from '@millrace/harness-kit';
import { Option } from 'commander';
import type { Command } from 'commander';
import { lackOfComparison } from './compared-share.js';
import { commandFor } from './repeat-command.js';
import { runPasses } from './run-passes.js';
import type { PassRunner } from './run-passes.js';
import { addResult, emptySummary, failureText } from './summary.js';
import type { ThreadTask } from './thread-message.js';
import { TIERS } from './tiers.js';
import type { Tiers } from './tiers.js';

export interface ProgramWorld extends ToolOutput {
  /** In milliseconds, from any start. */
  now(): number;
  /** Aborted when the run is to end before its time. */
  readonly interrupt: AbortSignal;
  startRunner(task: ThreadTask): PassRunner;
}

interface Flags {
  readonly tiers: Tiers;
  readonly cases: number;
  readonly passes: number;
  readonly minutes?: number;
  readonly seed: string;
  readonly from: number;
  readonly line?: number;
  readonly threads: number;
  readonly show: number;
}

/**
 * Gives the exit code: 0 when the engines agree, 1 when not or when too little was compared, 2 when the arguments were
 * not understood, 3 when there was an interrupt before the end and no failure.
 */
export async function runProgram(args: readonly string[], world: ProgramWorld): Promise<number> {
  const program = commandOf(world);
  return runTool(program, args, () => {
    const hasDefaultPasses = program.getOptionValueSource('passes') === 'default';
    return compareEngines(program.opts<Flags>(), hasDefaultPasses, world);
  });
}

/** @param hasDefaultPasses nobody said how many passes: `minutes` alone ends the run */
async function compareEngines(flags: Flags, hasDefaultPasses: boolean, world: ProgramWorld): Promise<number> {
  const { tiers, cases, passes, minutes, seed, from, line, threads, show } = flags;
  const isEndless = minutes !== undefined && hasDefaultPasses;
  const to = isEndless ? Number.MAX_SAFE_INTEGER : from + passes;
  const lines =
    line === undefined ? { from: 0, to: Math.ceil(cases / passes) } : { from: line, to: line + 1 };
  const task = { tiers, seed, lines };
  const deadline = minutes === undefined ? Number.POSITIVE_INFINITY : world.now() + minutes * 60_000;
  const runners = Array.from({ length: Math.min(threads, to - from) }, () => world.startRunner(task));

  let summary = emptySummary(task, from);
  const next = await runPasses(
    { from, to },
    runners,
    () => world.interrupt.aborted || world.now() >= deadline,
    (result) => {
      summary = addResult(summary, result);
      if (result.failure && summary.failures <= show) world.out(failureText(result.failure, summary));
    },
  );
  const lack = lackOfComparison(summary);
  if (lack !== undefined) world.out(`too little was compared: ${lack}\n`);
  if (next < to) {
    const remaining = { from: next, passes: isEndless ? passes : to - next };
    world.out(`ended before pass ${next}; goes on with: ${commandFor(task, remaining)}\n`);
  }
  world.out(`${JSON.stringify({ ...summary, next })}\n`);
  world.out(`${summary.passes - summary.failures} passed, ${summary.failures} failed\n`);
  if (summary.failures > 0 || lack !== undefined) return 1;
  return next < to && world.interrupt.aborted ? 3 : 0;
}

function commandOf(world: ProgramWorld): Command {
  return toolCommand('differential', 'Compares engines on generated views and resources', world)
    .addOption(new Option('--tiers <pair>', 'engines to compare').choices(TIERS).default('scan,codegen'))
    .option('--cases <n>', 'lines in all, the same number for each pass', wholeNumberFrom(1), 50_000)
    .option('--passes <n>', 'number of passes, each with one to four views', wholeNumberFrom(1), 1000)
    .option('--minutes <n>', 'ends after this time; without --passes, runs until then', wholeNumberFrom(1))
    .option('--seed <text>', 'seed: the same text gives the same cases', '1')
    .option('--from <n>', 'number of the first pass, to go on where a run ended', wholeNumberFrom(0), 0)
    .option('--line <n>', 'compares only this line of each pass, as a failure names it', wholeNumberFrom(0))
    .option('--threads <n>', 'number of threads', wholeNumberFrom(1), 2)
    .option('--show <n>', 'number of failures to print', wholeNumberFrom(0), 10);
}
