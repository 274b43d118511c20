import type { Compilation } from '@millrace/compilation';
import type { CheckView as CheckDefinition } from '@millrace/definitions';
import { allowsFhirVersion, viewFhirVersions } from '@millrace/viewdef';
import type { FhirVersion } from '@millrace/viewdef';

/**
 * Whether a view may be stored. It is compiled for the sources' FHIR version, or for the one that it is restricted to;
 * in which format it will be written is not known.
 */
export function checkDefinition(
  { check }: Pick<Compilation, 'check'>,
  fhirVersion: FhirVersion,
): CheckDefinition {
  return async (view) => {
    const target = { fhirVersion: versionFor(view, fhirVersion), format: undefined };
    const [verdict] = await check([view], target);
    if (verdict === undefined) throw new Error('a view has no verdict');
    const issues = verdict.faults.map(({ diagnostics, expression, isTooCostly }) => ({
      severity: 'error' as const,
      code: isTooCostly ? ('too-costly' as const) : ('invalid' as const),
      diagnostics,
      expression: [expression],
    }));
    return { issues, total: verdict.total };
  };
}

function versionFor(view: unknown, preferred: FhirVersion): FhirVersion {
  const allowed = viewFhirVersions(view);
  const candidates: readonly FhirVersion[] = [preferred, 'R4', 'R5'];
  return candidates.find((version) => allowsFhirVersion(allowed, version)) ?? preferred;
}
