import type { Compilation, ViewFault } from '@millrace/compilation';
import type { DescribedColumn } from '@millrace/formats';
import type { CheckResource } from '@millrace/definitions';
import type { Issue, Resource } from '@millrace/fhir';
import { chooseSql, conceptMapFaults, expansionFaults, libraryKindOf, readLibrary } from '@millrace/sqlquery';
import { allowsFhirVersion, viewFhirVersions } from '@millrace/viewdef';
import type { FhirVersion } from '@millrace/viewdef';

type Checked = Awaited<ReturnType<CheckResource>>;

const GOOD: Checked = { issues: [], total: 0, warnings: [] };

/**
 * Whether a definition may be stored. A view is compiled for the sources' FHIR version, or for the one that it is
 * restricted to; its output format is unknown. Of a Library with SQL the profile is checked, and not the SQL, which may be for
 * other servers: that this one could not run it is a warning. A ValueSet or ConceptMap may be for other purposes than SQL: what
 * SQL could not use is a warning.
 */
export function checkResource(
  { check }: Pick<Compilation, 'check'>,
  fhirVersion: FhirVersion,
  tenant: string,
): CheckResource {
  return async (type, resource, handling) => {
    switch (type) {
      case 'ViewDefinition': {
        const target = { fhirVersion: versionFor(resource, fhirVersion), format: undefined, handling };
        const [verdict] = await check([resource], target, tenant);
        if (verdict === undefined) throw new Error('a view has no verdict');
        return {
          issues: verdict.faults.map((fault) => issueOf(fault, 'error')),
          total: verdict.total,
          warnings: verdict.warnings.map((warning) => issueOf(warning, 'warning')),
        };
      }
      case 'Library':
        return checkLibrary(asResource(resource));
      case 'ValueSet':
        return warned(expansionFaults(asResource(resource)), CANNOT_USE);
      case 'ConceptMap':
        return warned(conceptMapFaults(asResource(resource)), CANNOT_USE);
      default:
        return type satisfies never;
    }
  };
}

/** The columns of a stored view, in their order. @returns its faults where it cannot be run */
export async function describeColumns(
  { check }: Pick<Compilation, 'check'>,
  fhirVersion: FhirVersion,
  view: Readonly<Record<string, unknown>>,
  tenant: string,
): Promise<{ readonly columns: readonly DescribedColumn[]; readonly issues: readonly Issue[] }> {
  const target = {
    fhirVersion: versionFor(view, fhirVersion),
    // The types of the columns must be known.
    format: 'parquet',
    handling: 'lenient',
    describesColumns: true,
  } as const;
  const [verdict] = await check([view], target, tenant);
  const { columns = [], faults = [] } = verdict ?? {};
  return { columns, issues: faults.map((fault) => issueOf(fault, 'error')) };
}

/** The store has looked at its type. It is not copied, because it may have any number of elements. */
function asResource(resource: Readonly<Record<string, unknown>>): Resource {
  return resource as Resource;
}

function checkLibrary(library: Resource): Checked {
  const kind = libraryKindOf(library);
  if (kind === undefined) return GOOD;
  const read = readLibrary(library, kind);
  if (read.kind === 'library') {
    const chosen = chooseSql(read.library);
    return 'sql' in chosen ? GOOD : warned([chosen], 'this server cannot run it');
  }
  const issues = read.faults.map(({ expression, diagnostics }): Issue => ({
    severity: 'error',
    code: 'invalid',
    diagnostics: `${expression} ${diagnostics}`,
    expression: [expression],
  }));
  return { issues, total: issues.length, warnings: [] };
}

const CANNOT_USE = 'SQL cannot use it as a table';

function warned(
  faults: readonly { readonly expression: string; readonly diagnostics: string }[],
  consequence: string,
): Checked {
  const warnings = faults.map(({ expression, diagnostics }): Issue => ({
    severity: 'warning',
    code: 'processing',
    diagnostics: `${consequence}: ${expression} ${diagnostics}`,
    expression: [expression],
  }));
  return { ...GOOD, warnings };
}

function issueOf({ diagnostics, expression, isTooCostly }: ViewFault, severity: 'error' | 'warning'): Issue {
  return { severity, code: isTooCostly ? 'too-costly' : 'invalid', diagnostics, expression: [expression] };
}

function versionFor(view: unknown, preferred: FhirVersion): FhirVersion {
  const allowed = viewFhirVersions(view);
  const candidates: readonly FhirVersion[] = [preferred, 'R4', 'R5'];
  return candidates.find((version) => allowsFhirVersion(allowed, version)) ?? preferred;
}
