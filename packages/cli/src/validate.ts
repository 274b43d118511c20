import type { FhirVersion } from '@millrace/viewdef';
import { allowsFhirVersion, viewFhirVersions } from '@millrace/viewdef';
import { Option, type Command } from 'commander';
import { acceptViews } from './accept-views.js';
import { CommandFailedError } from './errors.js';
import { LENIENT } from './option-values.js';
import { print, say, type Terminal } from './terminal.js';
import { readViewFiles, VIEW_FILES, type ViewFile } from './view-file.js';

interface ValidateOptions {
  readonly fhirVersion?: FhirVersion;
  readonly lenient?: true;
}

export function declareValidate(command: Command, terminal: Terminal): void {
  command
    .argument('<view...>', VIEW_FILES)
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
  paths: readonly string[],
  { fhirVersion, lenient }: ValidateOptions,
  terminal: Terminal,
): Promise<void> {
  const files = await readViewFiles(paths);
  let refused = 0;
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
  if (refused > 0) throw new CommandFailedError(`${refused} of ${files.length} view(s) cannot be run`);
  say(terminal, `${files.length} view(s) can be run`);
}

function versionOf({ view }: ViewFile): FhirVersion {
  const versions = viewFhirVersions(view);
  return !allowsFhirVersion(versions, 'R4') && allowsFhirVersion(versions, 'R5') ? 'R5' : 'R4';
}
