import { Command, CommanderError } from 'commander';
import { addEngine } from './engine/engine-command.js';

export interface Output {
  /** Results, as JSON. */
  out(text: string): void;
  /** Faults. */
  err(text: string): void;
}

/** Runs one benchmark and gives the exit code: 0 done, 1 failed, 2 not understood. */
export async function runBenchmarks(args: readonly string[], output: Output): Promise<number> {
  const program = new Command('bench')
    .description('Measures parts of the product and prints JSON')
    .exitOverride()
    .configureOutput({ writeOut: output.out, writeErr: output.err })
    .showHelpAfterError('(--help lists what is understood)');
  addEngine(program, output.out);
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    output.err(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}
