import { Command, CommanderError } from 'commander';

/** The streams that a tool writes to. */
export interface ToolOutput {
  out(text: string): void;
  err(text: string): void;
}

/** The command line of a tool of the harness. */
export function toolCommand(name: string, description: string, { out, err }: ToolOutput): Command {
  return new Command(name)
    .description(description)
    .exitOverride()
    .configureOutput({ writeOut: out, writeErr: err })
    .showHelpAfterError('(--help lists commands and options)');
}

/** Reads the arguments and then runs. Gives the exit code: that of `run`, 0 after `--help`, 2 for what was not understood. */
export async function runTool(
  program: Command,
  args: readonly string[],
  run: () => number | Promise<number>,
): Promise<number> {
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  return run();
}
