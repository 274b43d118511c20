import type { Compilation, ViewFault } from '@millrace/compilation';
import type { CheckView as CheckDefinition } from '@millrace/definitions';
import type { Issue } from '@millrace/fhir';
import { allowsFhirVersion, viewFhirVersions } from '@millrace/viewdef';
import type { FhirVersion } from '@millrace/viewdef';

/**
 * Whether a view may be stored. It is compiled for the sources' FHIR version, or for the one that it is
 * restricted to. Its output format is unknown.
 */
export function checkDefinition(
  { check }: Pick<Compilation, 'check'>,
  fhirVersion: FhirVersion,
): CheckDefinition {
  return async (view, handling) => {
    const target = { fhirVersion: versionFor(view, fhirVersion), format: undefined, handling };
    const [verdict] = await check([view], target);
    if (verdict === undefined) throw new Error('a view has no verdict');
    return {
      issues: verdict.faults.map((fault) => issueOf(fault, 'error')),
      total: verdict.total,
      warnings: verdict.warnings.map((warning) => issueOf(warning, 'warning')),
    };
  };
}

function issueOf({ diagnostics, expression, isTooCostly }: ViewFault, severity: 'error' | 'warning'): Issue {
  return { severity, code: isTooCostly ? 'too-costly' : 'invalid', diagnostics, expression: [expression] };
}

function versionFor(view: unknown, preferred: FhirVersion): FhirVersion {
  const allowed = viewFhirVersions(view);
  const candidates: readonly FhirVersion[] = [preferred, 'R4', 'R5'];
  return candidates.find((version) => allowsFhirVersion(allowed, version)) ?? preferred;
}
