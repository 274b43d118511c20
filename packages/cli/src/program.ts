import { readFileSync } from 'node:fs';
import { Command, CommanderError, Help, type Option } from 'commander';
import { InterruptedError, UsageError } from './errors.js';
import { SUBCOMMANDS } from './subcommands.js';
import { harmless, harmlessName, say, type Terminal } from './terminal.js';

/** Runs one command line and gives its exit code: 0 done, 1 failed, 2 not understood, 130 interrupted. */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const program = await declareProgram(args, terminal);
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    return report(error, terminal);
  }
}

async function declareProgram(args: readonly string[], terminal: Terminal): Promise<Command> {
  const [first = '', second] = args;
  const used = first === 'help' ? second : first;
  const root = new Command('millrace')
    .description('Turns FHIR data into tables: SQL on FHIR exports, with or without a server')
    .version(versionOfPackage(), '--version', 'shows the version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out.write(text),
      writeErr: (text) => terminal.err.write(harmless(text)),
    })
    .configureHelp({ optionDescription })
    .showHelpAfterError('(--help lists commands and options)');
  for (const [name, { description, example, load }] of Object.entries(SUBCOMMANDS)) {
    const command = root
      .command(name)
      .description(description)
      .showHelpAfterError(`example: ${example}\n(millrace ${name} --help lists its options)`);
    if (name !== used) continue;
    command.addHelpText('after', `\nExample:\n  ${example}`);
    const declare = await load();
    declare(command, terminal);
  }
  return root;
}

/** Commander does not show which options are required. */
function optionDescription(this: Help, option: Option): string {
  const text = Help.prototype.optionDescription.call(this, option);
  return option.mandatory ? `(required) ${text}` : text;
}

function versionOfPackage(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function report(error: unknown, terminal: Terminal): number {
  // Commander has written its message itself.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (terminal.signal.aborted) {
    say(terminal, error instanceof InterruptedError ? harmlessName(error.message) : 'interrupted');
    return 130;
  }
  say(terminal, `error: ${messageOf(error)}`);
  return error instanceof UsageError ? 2 : 1;
}

/** A fault of the language is a fault of ours: its place is worth more than its message. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return harmlessName(String(error));
  const isOurs = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
  if (isOurs) return error.stack ?? error.message;
  // Others may have several lines.
  return error instanceof UsageError ? harmlessName(error.message) : error.message;
}
