import { fetchManifest, readStatus } from '@millrace/client';
import { Argument, type Command } from 'commander';
import { noticeText } from './notice-text.js';
import { statusUrl } from './option-values.js';
import { print, say, type Terminal } from './terminal.js';

export function declareStatus(command: Command, terminal: Terminal): void {
  command
    .addArgument(new Argument('<url>', 'status URL, as export printed it').argParser(statusUrl))
    .action((url: string) => showStatus(url, terminal));
}

async function showStatus(url: string, terminal: Terminal): Promise<void> {
  const { signal } = terminal;
  const status = await readStatus(url, { signal });
  if (status.kind === 'running') {
    const { status: state = 'in-progress', text } = status.progress;
    print(terminal, text === undefined ? state : `${state} ${text}`);
    return;
  }
  const manifest = await fetchManifest(status.resultUrl, { signal });
  const names = manifest.outputs.map(({ name }) => name);
  for (const notice of manifest.notices) say(terminal, `warning: ${noticeText(notice, names)}`);
  print(terminal, manifest.status);
  for (const { name, files } of manifest.outputs) {
    for (const file of files) print(terminal, `${name}\t${file.rows ?? ''}\t${file.url}`);
  }
}
