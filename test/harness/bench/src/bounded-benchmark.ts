import { numberAbove0 } from '@millrace/harness-kit';
import type { Command } from 'commander';
import { thisMachine } from './machine.js';
import { timeLimit } from './time-limit.js';
import type { BenchWorld } from './world.js';

/** The signal and the report of a benchmark while it runs. */
export interface Bounds {
  /** Aborted when it is to end early, or takes too long. */
  readonly signal: AbortSignal;
  /** Reports a slow step. */
  report(line: string): void;
}

/**
 * Completes the declaration of a benchmark: it is bounded in time, and its result is printed as JSON, with
 * its name and the machine.
 */
export function addBounded<Given>(
  command: Command,
  world: BenchWorld,
  run: (given: Given, bounds: Bounds) => Promise<object>,
): void {
  command
    .option('--limit <seconds>', 'gives up after this time', numberAbove0, 1800)
    .action(async (given: Given & { readonly limit: number }) => {
      const signal = timeLimit(given.limit, world.stop);
      const result = await run(given, { signal, report: (line) => world.err(`${line}\n`) });
      const whole = { benchmark: command.name(), ...thisMachine(), ...result };
      world.out(`${JSON.stringify(whole, undefined, 2)}\n`);
    });
}
