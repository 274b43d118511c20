import { Command, CommanderError } from 'commander';
import { addAdmin } from './admin/admin-command.js';
import { addCancel } from './cancel.js';
import { addDemo } from './demo/demo-command.js';
import { UsageError } from './errors.js';
import { addExport } from './export/export-command.js';
import { addRun } from './run/run-command.js';
import { addStatus } from './status.js';
import { say, type Terminal } from './terminal.js';
import { addUp } from './up.js';
import { addValidate } from './validate.js';

const COMMANDS = [addUp, addRun, addValidate, addExport, addStatus, addCancel, addDemo, addAdmin];

/** Runs one command line and gives its exit code: 0 done, 1 failed, 2 not understood, 130 interrupted. */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await program(terminal).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    return report(error, terminal);
  }
}

function program(terminal: Terminal): Command {
  const root = new Command('millrace')
    .description('Turns FHIR data into tables: SQL on FHIR exports, with or without a server')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out.write(text),
      writeErr: (text) => terminal.err.write(text),
    })
    .showHelpAfterError('(--help lists commands and options)');
  for (const add of COMMANDS) add(root, terminal);
  return root;
}

function report(error: unknown, terminal: Terminal): number {
  // Commander has written its message itself.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (terminal.signal.aborted) {
    say(terminal, 'interrupted');
    return 130;
  }
  say(terminal, `error: ${messageOf(error)}`);
  return error instanceof UsageError ? 2 : 1;
}

/** A fault of the language is a fault of ours: its place is worth more than its message. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isOurs = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
  return isOurs ? (error.stack ?? error.message) : error.message;
}
