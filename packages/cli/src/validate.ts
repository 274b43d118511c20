import type { FhirVersion } from '@millrace/viewdef';
import { Option, type Command } from 'commander';
import { acceptViews } from './accept-views.js';
import { CommandFailedError } from './errors.js';
import { LENIENT } from './option-values.js';
import { isLibrary, isSqlPath, withSqlOfFolders } from './sql/kinds-of-files.js';
import { libraryFaults, readSqlFiles } from './sql/sql-file.js';
import { harmlessName, print, say, type Terminal } from './terminal.js';
import { readViewFiles, VIEW_FILES } from './view-file.js';
import { versionOf } from './view-version.js';

interface ValidateOptions {
  readonly fhirVersion?: FhirVersion;
  readonly lenient?: true;
}

export function declareValidate(command: Command, terminal: Terminal): void {
  command
    .argument('<file...>', `${VIEW_FILES}, Libraries with SQL likewise, or SQL files`)
    .addOption(
      new Option(
        '--fhir-version <version>',
        'FHIR version of the data (default: the version of each view)',
      ).choices(['R4', 'R5']),
    )
    .option(...LENIENT)
    .action((paths: string[], options: ValidateOptions) => validate(paths, options, terminal));
}

/** Faults go to standard output, because they are the result. */
async function validate(
  given: readonly string[],
  { fhirVersion, lenient }: ValidateOptions,
  terminal: Terminal,
): Promise<void> {
  const paths = await withSqlOfFolders(given);
  const made = await readSqlFiles(paths.filter(isSqlPath));
  for (const warning of made.flatMap((file) => file.warnings)) say(terminal, `warning: ${warning}`);
  let refused = 0;
  const read = await readViewFiles(
    paths.filter((path) => !isSqlPath(path)),
    ({ message }) => {
      print(terminal, harmlessName(message));
      refused += 1;
    },
  );
  const unread = refused;
  const libraries = [...made, ...read.filter(isLibrary)];
  const files = read.filter((file) => !isLibrary(file));
  let broken = 0;
  for (const library of libraries) {
    const faults = libraryFaults(library);
    for (const fault of faults) print(terminal, fault);
    if (faults.length > 0) broken += 1;
  }
  for (const file of files) {
    const { faults, warnings } = acceptViews([file], {
      engine: 'auto',
      fhirVersion: fhirVersion ?? versionOf(file),
      isVersionGiven: fhirVersion !== undefined,
      bases: [],
      handling: lenient ? 'lenient' : 'strict',
    });
    for (const fault of faults) print(terminal, fault);
    for (const warning of warnings) say(terminal, `warning: ${warning}`);
    if (faults.length > 0) refused += 1;
  }
  const faults = [
    ...(refused > 0 ? [`${refused} of ${files.length + unread} view(s) cannot be run`] : []),
    ...(broken > 0 ? [`${broken} of ${libraries.length} Library(s) with SQL break their profile`] : []),
  ];
  if (faults.length > 0) throw new CommandFailedError(faults.join('; '));
  if (files.length > 0) say(terminal, `${files.length} view(s) can be run`);
  if (libraries.length > 0)
    say(
      terminal,
      `${libraries.length} Library(s) with SQL fit their profile; a server checks the SQL itself`,
    );
}
