import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { attacksNamed } from './attacks/all-attacks.js';
import { runHostile } from './run-hostile.js';

export interface ProgramWorld {
  out(text: string): void;
  err(text: string): void;
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
  const program = new Command('hostile')
    .description('Attacks an API with requests at the limits, while another client exports and polls')
    .exitOverride()
    .configureOutput({ writeOut: world.out, writeErr: world.err })
    .showHelpAfterError('(--help lists what is understood)')
    .option('--seconds <n>', 'how long to attack', positive, 300)
    .option('--seed <n>', 'the same seed sends the kinds of requests in the same order', whole, world.anySeed)
    .option('--sockets <n>', 'hostile clients at a time', positive, 12)
    .option('--only <text>', 'send only the kinds of requests whose name contains this', known, '');
  try {
    program.parse([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  const out = (line: string): void => world.out(`${line}\n`);
  return (await runHostile({ ...program.opts<Flags>(), out, stop: world.stop })) ? 0 : 1;
}

function known(text: string): string {
  if (attacksNamed(text).length > 0) return text;
  throw new InvalidArgumentError('No kind of request has such a name.');
}

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('It must be a whole number.');
  return value;
}

function positive(text: string): number {
  const value = whole(text);
  if (value === 0) throw new InvalidArgumentError('It must be above 0.');
  return value;
}
