import { cancelExportAt } from '@millrace/client';
import { Argument, type Command } from 'commander';
import { baseOf, credentialsFor } from './login.js';
import { STATUS_ARGUMENT, statusUrl } from './option-values.js';
import { print, type Terminal } from './terminal.js';

export function declareCancel(command: Command, terminal: Terminal): void {
  command
    .addArgument(new Argument(...STATUS_ARGUMENT).argParser(statusUrl))
    .option('--remove', 'also removes the files of an export that has completed')
    .addHelpText('after', '\nThe token of MILLRACE_TOKEN is sent to the origin of the URL.')
    .action(async (url: string, { remove }: { readonly remove?: true }) => {
      const { signal } = terminal;
      const credentials = await credentialsFor(baseOf(url), {}, terminal);
      const after = await cancelExportAt(url, { signal, ...credentials, removes: remove });
      switch (after.kind) {
        case 'cancelled':
        case 'removed':
          print(terminal, `${after.kind} ${url}`);
          return;
        case 'kept':
          print(terminal, `not cancelled: ${after.message ?? keptUntil(after.expires)}`);
          return;
        default:
          after satisfies never;
      }
    });
}

function keptUntil(expires: string | undefined): string {
  const until = expires === undefined ? '' : ` until ${expires}`;
  return `it has completed, and the server keeps its files${until}; --remove removes them`;
}
