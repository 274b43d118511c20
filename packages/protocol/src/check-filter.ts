import type { ExportFilter } from '@millrace/export';
import type { FhirVersion } from '@millrace/viewdef';
import { quote } from './errors.js';
import type { Fault } from './fault.js';
import type { ResourceLookup } from './resource-lookup.js';

/** What a fault names by name; the others are counted. */
const MOST_SHOWN = 5;

/** Whether a source can be filtered so, and has the patients and groups. */
export async function checkFilter(
  { patients = [], groups = [] }: ExportFilter,
  source: { readonly name: string; readonly fhirVersion: FhirVersion },
  resources: ResourceLookup,
): Promise<readonly Fault[]> {
  const named = [
    { parameter: 'patient', type: 'Patient', ids: patients },
    { parameter: 'group', type: 'Group', ids: groups },
  ].filter(({ ids }) => ids.length > 0);
  if (source.fhirVersion !== 'R4') return named.map(({ parameter }) => notInVersion(parameter, source));
  const faults = named.map(async ({ parameter, type, ids }) => {
    const missing = await resources.missing(source.name, type, ids);
    return missing === undefined || missing.length === 0
      ? []
      : [notFound(parameter, type, missing, source.name)];
  });
  return (await Promise.all(faults)).flat();
}

function notInVersion(
  parameter: string,
  { name, fhirVersion }: { readonly name: string; readonly fhirVersion: FhirVersion },
): Fault {
  const diagnostics = `${parameter}: the compartments of patients are known for R4; source ${quote(name)} holds ${fhirVersion}`;
  return { status: 400, code: 'not-supported', diagnostics, expression: parameter };
}

function notFound(parameter: string, type: string, missing: readonly string[], source: string): Fault {
  const shown = missing.slice(0, MOST_SHOWN).map((id) => `${type}/${id}`);
  const more = missing.length > MOST_SHOWN ? ` and ${missing.length - MOST_SHOWN} more` : '';
  const verb = missing.length === 1 ? 'does' : 'do';
  const diagnostics = `${shown.join(', ')}${more} ${verb} not exist in source ${quote(source)}`;
  return { status: 400, code: 'not-found', diagnostics, expression: parameter };
}
