import { cancelExportAt } from '@millrace/client';
import { Argument, type Command } from 'commander';
import { statusUrl } from './option-values.js';
import { print, type Terminal } from './terminal.js';

export function declareCancel(command: Command, terminal: Terminal): void {
  command
    .addArgument(new Argument('<url>', 'status URL, as export printed it').argParser(statusUrl))
    .action(async (url: string) => {
      const { kept, message = 'it had already ended' } = await cancelExportAt(url, {
        signal: terminal.signal,
      });
      print(terminal, kept ? `not cancelled: ${message}` : `cancelled ${url}`);
    });
}
