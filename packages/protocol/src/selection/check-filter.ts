import type { ExportFilter } from '@millrace/export';
import { serviceBase } from '@millrace/fhir';
import type { FhirVersion } from '@millrace/viewdef';
import type { ChosenSource } from './choose-source.js';
import { quote } from '../errors/errors.js';
import type { Fault } from '../errors/fault.js';
import type { AbsoluteReference } from './read-filter.js';
import type { ResourceLookup } from './resource-lookup.js';

/** Most items that a fault names; the others are counted. */
const MOST_SHOWN = 5;

/**
 * The types whose resources a filter is looked up in: an answer tells of them, whatever types are exported.
 *
 * @returns none where there is no such filter
 */
export function typesOfFilter({ patients = [], groups = [] }: ExportFilter = {}): readonly string[] {
  return [...(patients.length > 0 ? ['Patient'] : []), ...(groups.length > 0 ? ['Group'] : [])];
}

/** Whether a source can be filtered so, and has the patients and groups. */
export async function checkFilter(
  { patients = [], groups = [] }: ExportFilter,
  source: { readonly name: string; readonly fhirVersion: FhirVersion },
  resources: ResourceLookup,
): Promise<readonly Fault[]> {
  const all = [
    { parameter: 'patient', type: 'Patient', ids: patients },
    { parameter: 'group', type: 'Group', ids: groups },
  ] as const;
  const named = all.filter(({ ids }) => ids.length > 0);
  if (source.fhirVersion !== 'R4') return named.map(({ parameter }) => notInVersion(parameter, source));
  const faults = named.map(async ({ parameter, type, ids }) => {
    const missing = await resources.missing(source.name, type, ids);
    return missing === undefined || missing.length === 0
      ? []
      : [notFound(parameter, type, missing, source.name)];
  });
  return (await Promise.all(faults)).flat();
}

/**
 * Faults of absolute references. A reference is accepted under a base of the source or under the base of this
 * server, to which relative references are relative; under any other base it names the resource of another
 * server.
 *
 * @param baseUrl public FHIR base
 */
export function checkBases(
  references: readonly AbsoluteReference[],
  source: ChosenSource,
  baseUrl: string,
): readonly Fault[] {
  const own = [...source.baseUrls, serviceBase(baseUrl)];
  const foreign = references.filter(({ base }) => !own.includes(serviceBase(base)));
  return (['patient', 'group'] as const).flatMap((parameter) => {
    const named = foreign.filter((one) => one.parameter === parameter).map(({ reference }) => reference);
    return named.length === 0 ? [] : [foreignFault(parameter, named, source)];
  });
}

function foreignFault(parameter: string, references: readonly string[], source: ChosenSource): Fault {
  const { name, baseUrls } = source;
  const bases = baseUrls.length === 0 ? 'declares no base URL' : `has the base URLs ${baseUrls.join(', ')}`;
  const shown = references.slice(0, MOST_SHOWN).map(quote).join(', ');
  const more = references.length > MOST_SHOWN ? ` and ${references.length - MOST_SHOWN} more` : '';
  const diagnostics = `${shown}${more}: source ${quote(name)} ${bases}, and this server does not ask others`;
  return { status: 400, code: 'not-found', diagnostics, expression: parameter };
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
