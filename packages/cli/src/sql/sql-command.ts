import { writeFile } from 'node:fs/promises';
import { fhirJsonText } from '@millrace/fhir';
import type { Command } from 'commander';
import { CommandFailedError, reasonOf } from '../errors.js';
import { print, say, type Terminal } from '../terminal.js';
import { declareDdl } from './ddl/ddl-command.js';
import { readSqlFile } from './sql-file.js';

const ANNOTATIONS = `
Annotations are lines of comments in the SQL:
  -- @name: HighPulse                                once; else the name of the file
  -- @title: …, @description: …, @version: …, @publisher: …, @status: draft|active|retired|unknown
  -- @url: https://example.org/Library/hp            by which others name an SQLView; not in the guide
  -- @author: Name                                   may be repeated, as the following
  -- @param: since date First day                    a parameter, :since in the SQL
  -- @relatedDependency: https://example.org/ViewDefinition/pulses as pulse
They are those of https://hl7.org/fhir/uv/sql-on-fhir/StructureDefinition-SQLQuery.html.`;

export function declareSql(command: Command, terminal: Terminal): void {
  command
    .command('build')
    .description('makes an SQLQuery Library of an SQL file with annotations, as JSON')
    .argument('<file>', 'SQL file')
    .option('--as-view', 'makes an SQLView instead, which others can select from')
    .option('--out <file>', 'where the Library goes (default: standard output)')
    .addHelpText('after', ANNOTATIONS)
    .action((path: string, options: BuildOptions) => build(path, options, terminal));
  declareDdl(command, terminal);
}

interface BuildOptions {
  readonly asView?: true;
  readonly out?: string;
}

async function build(path: string, { asView, out }: BuildOptions, terminal: Terminal): Promise<void> {
  const { view: library, warnings } = await readSqlFile(path, asView ? 'view' : 'query');
  for (const warning of warnings) say(terminal, `warning: ${warning}`);
  const text = JSON.stringify(JSON.parse(fhirJsonText(library)), undefined, 2);
  if (out === undefined) return print(terminal, text);
  await writeFile(out, `${text}\n`).catch((error: unknown) => {
    throw new CommandFailedError(`${out} cannot be written: ${reasonOf(error)}`, { cause: error });
  });
  print(terminal, out);
}
