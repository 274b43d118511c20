import type { Resource } from '@millrace/fhir';
import { allowsFhirVersion, viewFhirVersions } from '@millrace/viewdef';
import type { FhirVersion } from '@millrace/viewdef';
import { quote } from '../errors/errors.js';
import type { Fault } from '../errors/fault.js';
import type { ViewFault, ViewVerdict } from './check-view.js';

/** The next verdict. Without one a view must not pass. */
export function verdictFrom(verdicts: Iterator<ViewVerdict, unknown>): ViewVerdict {
  const next = verdicts.next();
  if (next.done === true) throw new Error('a view has no verdict');
  return next.value;
}

/** The faults that keep a view from being run over a source, and the number of further ones. */
export function faultsOfView(
  view: Resource,
  source: FhirVersion,
  verdict: ViewVerdict,
): { readonly faults: readonly ViewFault[]; readonly unlisted: number } {
  return {
    faults: [...versionFaults(view, source), ...verdict.faults],
    unlisted: verdict.total - verdict.faults.length,
  };
}

function versionFaults(view: Resource, source: FhirVersion): readonly ViewFault[] {
  const versions = viewFhirVersions(view);
  if (allowsFhirVersion(versions, source)) return [];
  const diagnostics = `the view is for FHIR ${versions.map(quote).join(', ')}, but the source holds ${source}`;
  return [{ expression: 'fhirVersion', diagnostics }];
}

/** The path of a fault below the view; empty for the view itself. */
export function elementOf({ expression }: ViewFault): string {
  return expression.replace(/^ViewDefinition\.?/, '');
}

export function unprocessable(
  { isTooCostly }: ViewFault,
  placed: { readonly diagnostics: string; readonly expression?: string },
): Fault {
  return { status: 422, code: isTooCostly === true ? 'too-costly' : 'invalid', ...placed };
}
