import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { runPasses } from './run-passes.js';
import { addResult, emptySummary, failureText } from './summary.js';
import { TIERS } from './tiers.js';
import type { Tiers } from './tiers.js';

export interface ProgramWorld {
  out(text: string): void;
  err(text: string): void;
}

interface Flags {
  readonly tiers: Tiers;
  readonly cases: number;
  readonly passes: number;
  readonly seed: string;
  readonly from: number;
  readonly line?: number;
  readonly threads: number;
  readonly show: number;
}

/** Gives the exit code: 0 when the engines agree, 1 when not, 2 when the arguments were not understood. */
export async function runProgram(args: readonly string[], world: ProgramWorld): Promise<number> {
  const program = new Command('differential')
    .description('Compares engines on generated views and resources')
    .exitOverride()
    .configureOutput({ writeOut: world.out, writeErr: world.err })
    .addOption(new Option('--tiers <pair>', 'which engines').choices(TIERS).default('scan,codegen'))
    .option('--cases <n>', 'lines in all; every pass gets as many', wholeNumber, 50_000)
    .option('--passes <n>', 'how many passes, of one to four views each', wholeNumber, 1000)
    .option('--seed <text>', 'the same seed gives the same cases', '1')
    .option('--from <n>', 'number of the first pass: goes on where a run ended', wholeNumber, 0)
    .option('--line <n>', 'only this line of each pass, as a failure names it', wholeNumber)
    .option('--threads <n>', 'how many threads', wholeNumber, 2)
    .option('--show <n>', 'how many failures are printed', wholeNumber, 10);
  try {
    program.parse([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  const { tiers, cases, passes, seed, from, line, threads, show } = program.opts<Flags>();
  const lines =
    line === undefined ? { from: 0, to: Math.ceil(cases / passes) } : { from: line, to: line + 1 };
  let summary = emptySummary(tiers, seed);
  await runPasses({ tiers, seed, from, to: from + passes, lines }, Math.min(threads, passes), (result) => {
    summary = addResult(summary, result);
    if (result.failure && summary.failures <= show) world.out(failureText(result.failure, summary));
  });
  world.out(`${JSON.stringify(summary)}\n`);
  world.out(`${summary.passes - summary.failures} passed, ${summary.failures} failed\n`);
  return summary.failures === 0 && summary.passes === passes ? 0 : 1;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('It must be a whole number.');
  return value;
}
