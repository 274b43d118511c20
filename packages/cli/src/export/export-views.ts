import { otherParts } from '@millrace/client';
import { print, say, type Terminal } from '../terminal.js';
import { readViewFiles } from '../view-file.js';
import { progressDisplay } from './progress-display.js';
import { refusedViews } from './refused-views.js';
import { runExport, type ExportFormat, type FinishedExport } from './run-export.js';

export async function exportViews(
  options: {
    readonly server: string;
    readonly view: readonly string[];
    readonly format: ExportFormat;
    readonly out: string;
    readonly source?: string;
    readonly since?: string;
    readonly patient?: readonly string[];
    readonly group?: readonly string[];
    readonly header: boolean;
    readonly parallel: number;
    readonly handling: 'lenient' | undefined;
    readonly quiet?: true;
  },
  terminal: Terminal,
): Promise<void> {
  const { server, format, header, source, since, patient, group, parallel, handling, out } = options;
  const views = await readViewFiles(options.view);
  const done = await runExport(
    {
      server,
      subjects: views.map(({ name, view }) => ({ name, resource: view })),
      format,
      header,
      source,
      since,
      patients: patient,
      groups: group,
      folder: out,
      parallel,
      handling,
    },
    progressDisplay(terminal, options.quiet),
    terminal.signal,
  ).catch((error: unknown) => {
    throw refusedViews(error, views);
  });
  await tellTables(done, out, terminal);
}

/** Prints the path of each file, and warns of files in the folder that are not of this export. */
export async function tellTables(
  { manifest, files }: FinishedExport,
  out: string,
  terminal: Terminal,
): Promise<void> {
  for (const { path } of files) print(terminal, path);
  const others = await otherParts(out, files);
  if (others.length > 0) {
    const [are, them] = others.length === 1 ? ['1 file is', 'it'] : [`${others.length} files are`, 'them'];
    const names = others.slice(0, 10).join(', ');
    say(
      terminal,
      `warning: ${are} named like a part of these outputs but left from another export; remove ${them} before you read the folder: ${names}`,
    );
  }
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  say(terminal, `${manifest.outputs.length} output(s), ${files.length} file(s), ${bytes} bytes in ${out}`);
}
