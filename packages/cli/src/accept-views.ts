import {
  allowsFhirVersion,
  compileView,
  viewFhirVersions,
  ViewDefinitionError,
  type CompiledView,
  type EngineChoice,
  type FhirVersion,
  type Handling,
  type ViewIssue,
} from '@millrace/viewdef';
import { harmlessName } from './terminal.js';
import { placeInFile, type ViewFile } from './view-file.js';

/** The purpose that views are checked for. */
export interface ViewUse {
  readonly engine: EngineChoice;
  readonly fhirVersion: FhirVersion;
  /** Whether the version was given, or is the one that data is taken to have. */
  readonly isVersionGiven: boolean;
  /** FHIR base URLs under which absolute references have keys. */
  readonly bases: readonly string[];
  readonly handling: Handling;
}

export interface AcceptedView extends ViewFile {
  readonly compiled: CompiledView;
}

export interface AcceptedViews {
  /** Those without a fault, in the order of the files. */
  readonly views: readonly AcceptedView[];
  /** A line for each fault, and for each warning of a view without faults: file, element, reason. */
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
}

/** Compiles views for data of a version, and collects their faults. */
export function acceptViews(files: readonly ViewFile[], use: ViewUse): AcceptedViews {
  const views: AcceptedView[] = [];
  const faults: string[] = [];
  const warnings: string[] = [];
  for (const file of files) {
    const wrongVersion = versionFault(file, use);
    if (wrongVersion !== undefined) {
      const place = placeInFile(file, 'ViewDefinition.fhirVersion');
      faults.push(harmlessName(`${place}: ${wrongVersion}`));
      continue;
    }
    const { engine, fhirVersion, bases, handling } = use;
    try {
      const compiled = compileView(file.view, { engine, fhirVersion, bases, checks: handling });
      views.push({ ...file, compiled });
      for (const issue of compiled.warnings) warnings.push(lineOf(file, issue));
    } catch (error) {
      if (!(error instanceof ViewDefinitionError)) throw error;
      for (const issue of error.issues) faults.push(lineOf(file, issue));
    }
  }
  return { views, faults, warnings };
}

/** A view that is for another version would be refused for elements that its version has. */
function versionFault({ view }: ViewFile, { fhirVersion, isVersionGiven }: ViewUse): string | undefined {
  const versions = viewFhirVersions(view);
  if (allowsFhirVersion(versions, fhirVersion)) return undefined;
  const other = fhirVersion === 'R4' ? 'R5' : 'R4';
  const data = isVersionGiven ? `the data is ${fhirVersion}` : `data is taken as ${fhirVersion}`;
  const remedy = allowsFhirVersion(versions, other) ? `; for ${other} data pass --fhir-version ${other}` : '';
  return `ViewDefinition.fhirVersion: the view is for FHIR ${versions.join(', ')}, but ${data}${remedy}`;
}

function lineOf(file: ViewFile, { expression, diagnostics }: ViewIssue): string {
  return harmlessName(`${placeInFile(file, expression)}: ${expression}: ${diagnostics}`);
}
