import { findExport, pagesFrom, type BulkFile, type FindOptions, type ManifestPage } from '@millrace/client';
import { Argument, type Command } from 'commander';
import { baseOf, credentialsFor } from './login.js';
import { noticeText } from './notice-text.js';
import { STATUS_ARGUMENT, statusUrl } from './option-values.js';
import { print, say, type Terminal } from './terminal.js';

export function declareStatus(command: Command, terminal: Terminal): void {
  command
    .addArgument(new Argument(...STATUS_ARGUMENT).argParser(statusUrl))
    .addHelpText(
      'after',
      '\nThe first line is the state. Then each file has a line: its output or type, its rows or resources, its URL.\n' +
        'The token of MILLRACE_TOKEN is sent to the origin of the URL.',
    )
    .action((url: string) => showStatus(url, terminal));
}

async function showStatus(url: string, terminal: Terminal): Promise<void> {
  const { signal } = terminal;
  const options = { signal, ...(await credentialsFor(baseOf(url), {}, terminal)) };
  const found = await findExport(url, options);
  switch (found.kind) {
    case 'running': {
      const { status: state = 'in-progress', text } = found.progress;
      print(terminal, text === undefined ? state : `${state} ${text}`);
      if (found.page !== undefined) await printFiles(found.page, options, terminal);
      return;
    }
    case 'tables': {
      const { notices, status, outputs } = found.manifest;
      const names = outputs.map(({ name }) => name);
      for (const notice of notices) say(terminal, `warning: ${noticeText(notice, names)}`);
      print(terminal, status);
      for (const { name, files } of outputs)
        for (const file of files) print(terminal, `${name}\t${file.rows ?? ''}\t${file.url}`);
      return;
    }
    case 'resources':
      print(terminal, 'completed');
      await printFiles(found.page, options, terminal);
      return;
    default:
      found satisfies never;
  }
}

async function printFiles(first: ManifestPage, options: FindOptions, terminal: Terminal): Promise<void> {
  for await (const { files } of pagesFrom(first, options))
    for (const file of files) print(terminal, `${nameOf(file)}\t${file.count ?? ''}\t${file.url}`);
}

/** As the files of a download are named. */
function nameOf({ kind, name }: BulkFile): string {
  return kind === 'output' ? name : `${kind}/${name}`;
}
