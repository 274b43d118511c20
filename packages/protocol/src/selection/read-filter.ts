import type { ExportFilter } from '@millrace/export';
import { parseReference } from '@millrace/fhir';
import { quote } from '../errors/errors.js';
import type { Fault } from '../errors/fault.js';
import type { ReadParameter } from '../parameters/read-parameters.js';

/** More are refused: the source is looked through for all of them. */
const MOST_NAMED = { patient: 10_000, group: 100 } as const;
const RESOURCE_TYPES = { patient: 'Patient', group: 'Group' } as const;

export interface ReadFilter {
  /** Undefined when nothing is left out. */
  readonly filter: ExportFilter | undefined;
  /** References that name a base: whether it is one of the source is unknown here. */
  readonly absolute: readonly AbsoluteReference[];
  readonly faults: readonly Fault[];
}

export interface AbsoluteReference {
  readonly parameter: 'patient' | 'group';
  readonly reference: string;
  readonly base: string;
}

/** Which resources a request asks for. https://build.fhir.org/ig/HL7/sql-on-fhir/operations-common.html */
export function readFilter(parameters: readonly ReadParameter[]): ReadFilter {
  const patients = readIds('patient', parameters);
  const groups = readIds('group', parameters);
  const since = instantOf(parameters, '_since');
  const until = instantOf(parameters, '_until');
  const filter = {
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(patients.ids.length > 0 ? { patients: [...patients.ids] } : {}),
    ...(groups.ids.length > 0 ? { groups: [...groups.ids] } : {}),
  };
  return {
    filter: Object.keys(filter).length === 0 ? undefined : filter,
    absolute: [...patients.absolute, ...groups.absolute],
    faults: [...patients.faults, ...groups.faults],
  };
}

function instantOf(parameters: readonly ReadParameter[], name: string): string | undefined {
  const value = parameters.find((parameter) => parameter.name === name)?.value;
  return value?.type === 'instant' ? value.value : undefined;
}

/** The ids in the references of a parameter. */
function readIds(
  name: 'patient' | 'group',
  parameters: readonly ReadParameter[],
): Omit<ReadFilter, 'filter'> & { readonly ids: readonly string[] } {
  const given = parameters.filter((parameter) => parameter.name === name);
  if (given.length > MOST_NAMED[name]) {
    const diagnostics = `${name} is given ${given.length} times; one export takes at most ${MOST_NAMED[name]}`;
    return {
      ids: [],
      absolute: [],
      faults: [{ status: 400, code: 'too-costly', diagnostics, expression: name }],
    };
  }
  const type = RESOURCE_TYPES[name];
  const ids = new Set<string>();
  const absolute: AbsoluteReference[] = [];
  const faults: Fault[] = [];
  for (const { value, expression } of given) {
    if (value?.type !== 'Reference') continue;
    const { reference: text } = value.value;
    const reference = parseReference(text);
    if (reference?.type === type) {
      ids.add(reference.id);
      if (reference.base !== undefined)
        absolute.push({ parameter: name, reference: text, base: reference.base });
    } else {
      const diagnostics = `${expression} is ${quote(text)}; expected a reference such as ${type}/123`;
      faults.push({ status: 400, code: 'invalid', diagnostics, expression });
    }
  }
  return { ids: [...ids], absolute, faults };
}
