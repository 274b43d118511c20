import { otherParts } from '@millrace/client';
import { Option, type Command } from 'commander';
import { httpUrl, LENIENT, wholeNumber } from '../option-values.js';
import { print, say, type Terminal } from '../terminal.js';
import { readViewFiles } from '../view-file.js';
import { progressDisplay } from './progress-display.js';
import { EXPORT_FORMATS, runExport, type ExportFormat } from './run-export.js';

interface ExportOptions {
  readonly server: string;
  readonly view: readonly string[];
  readonly format: ExportFormat;
  readonly out: string;
  readonly source?: string;
  readonly header: boolean;
  readonly parallel: number;
  readonly lenient?: true;
}

export function declareExport(command: Command, terminal: Terminal): void {
  command
    .requiredOption('--server <url>', 'FHIR base URL of the server', httpUrl)
    .requiredOption('--view <file...>', 'ViewDefinitions as JSON files; each becomes one output')
    .addOption(
      new Option('--format <format>', 'format of the files').choices(EXPORT_FORMATS).makeOptionMandatory(),
    )
    .requiredOption('--out <dir>', 'where the files go, as {output}.part{n}.{format}')
    .option('--source <name>', 'name of a source that the server has')
    .option('--no-header', 'CSV without a first line of column names')
    .option('--parallel <n>', 'number of downloads at a time', wholeNumber(1, 64), 4)
    .option(...LENIENT)
    .action((options: ExportOptions) => exportViews(options, terminal));
}

async function exportViews(options: ExportOptions, terminal: Terminal): Promise<void> {
  const views = await readViewFiles(options.view);
  const { files } = await runExport(
    {
      server: options.server,
      subjects: views.map(({ name, view }) => ({ name, resource: view })),
      format: options.format,
      header: options.header,
      source: options.source,
      folder: options.out,
      parallel: options.parallel,
      handling: options.lenient ? 'lenient' : undefined,
    },
    progressDisplay(terminal.err),
    terminal.signal,
  );
  for (const { path } of files) print(terminal, path);
  const others = await otherParts(options.out, files);
  if (others.length > 0) {
    const [are, them] = others.length === 1 ? ['1 file is', 'it'] : [`${others.length} files are`, 'them'];
    const names = others.slice(0, 10).join(', ');
    say(
      terminal,
      `warning: ${are} named like a part of these outputs but left from another export; remove ${them} before you read the folder: ${names}`,
    );
  }
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  say(terminal, `${views.length} output(s), ${files.length} file(s), ${bytes} bytes in ${options.out}`);
}
