import type { ExportFilter } from '@millrace/export';
import { parseReference } from '@millrace/fhir';
import { quote } from './errors.js';
import type { Fault } from './fault.js';
import type { ReadParameter } from './read-parameters.js';

/** More are refused: the source is looked through for all of them. */
const MOST_NAMED = { patient: 10_000, group: 100 } as const;
const RESOURCE_TYPES = { patient: 'Patient', group: 'Group' } as const;

export interface ReadFilter {
  /** Undefined when nothing is left out. */
  readonly filter: ExportFilter | undefined;
  readonly faults: readonly Fault[];
}

/** Which resources a request asks for. https://build.fhir.org/ig/HL7/sql-on-fhir/operations-common.html */
export function readFilter(parameters: readonly ReadParameter[]): ReadFilter {
  const patients = readIds('patient', parameters);
  const groups = readIds('group', parameters);
  const since = parameters.find(({ name }) => name === '_since')?.value;
  const filter = {
    ...(since?.type === 'instant' ? { since: since.value } : {}),
    ...(patients.ids.length > 0 ? { patients: [...patients.ids] } : {}),
    ...(groups.ids.length > 0 ? { groups: [...groups.ids] } : {}),
  };
  return {
    filter: Object.keys(filter).length === 0 ? undefined : filter,
    faults: [...patients.faults, ...groups.faults],
  };
}

/**
 * The ids in the references of a parameter. The base of an absolute one is not looked at, as it is not in the data, where
 * references are compared by type and id.
 */
function readIds(
  name: 'patient' | 'group',
  parameters: readonly ReadParameter[],
): { readonly ids: readonly string[]; readonly faults: readonly Fault[] } {
  const given = parameters.filter((parameter) => parameter.name === name);
  if (given.length > MOST_NAMED[name]) {
    const diagnostics = `${given.length} times ${name}; one export takes at most ${MOST_NAMED[name]}`;
    return { ids: [], faults: [{ status: 400, code: 'too-costly', diagnostics, expression: name }] };
  }
  const type = RESOURCE_TYPES[name];
  const ids = new Set<string>();
  const faults: Fault[] = [];
  for (const { value, expression } of given) {
    if (value?.type !== 'Reference') continue;
    const reference = parseReference(value.value.reference);
    if (reference?.type === type) ids.add(reference.id);
    else {
      const diagnostics = `${expression} is ${quote(value.value.reference)}; it takes a reference such as ${type}/123`;
      faults.push({ status: 400, code: 'invalid', diagnostics, expression });
    }
  }
  return { ids: [...ids], faults };
}
