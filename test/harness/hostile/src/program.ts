import { runTool, toolCommand, wholeNumberFrom } from '@millrace/harness-kit';
import type { ToolOutput } from '@millrace/harness-kit';
import { InvalidArgumentError } from 'commander';
import { attacksNamed } from './attacks/all-attacks.js';
import { runHostile } from './run-hostile.js';

export interface ProgramWorld extends ToolOutput {
  /** The seed where none is given. */
  readonly anySeed: number;
  readonly stop: AbortSignal;
}

interface Flags {
  readonly seconds: number;
  readonly seed: number;
  readonly sockets: number;
  readonly only: string;
}

/** Gives the exit code: 0 when all promises were kept, 1 when not, 2 when the arguments were not understood. */
export async function runProgram(args: readonly string[], world: ProgramWorld): Promise<number> {
  const program = toolCommand(
    'hostile',
    'Attacks an API with requests at its limits, while another client exports and polls',
    world,
  )
    .option(
      '--seconds <n>',
      'how long to attack at least; every kind of request is sent once',
      wholeNumberFrom(1),
      300,
    )
    .option(
      '--seed <n>',
      'seed: the same number sends the kinds of requests in the same order',
      wholeNumberFrom(0),
      world.anySeed,
    )
    .option('--sockets <n>', 'hostile clients at a time', wholeNumberFrom(1), 12)
    .option('--only <text>', 'sends only the kinds of requests whose name contains this text', known, '');
  return runTool(program, args, async () => {
    const out = (line: string): void => world.out(`${line}\n`);
    return (await runHostile({ ...program.opts<Flags>(), out, stop: world.stop })) ? 0 : 1;
  });
}

function known(text: string): string {
  if (attacksNamed(text).length > 0) return text;
  throw new InvalidArgumentError('No kind of request has such a name.');
}
