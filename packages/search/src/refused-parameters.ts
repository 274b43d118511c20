import { MODIFIERS } from './element-condition.js';
import { searchParameters, searchedTypes } from './search-parameter.js';

/** https://hl7.org/fhir/R4/search.html#modifyingresults */
export const RESULT_PARAMETERS: readonly string[] =
  '_sort _count _include _revinclude _summary _total _elements _contained _containedType _score'.split(' ');

/** Search parameters of R4 that cannot be searched by, by the reason: `Observation.code-value-quantity`, or `_text` of all types. */
export function refusedParameters(): ReadonlyMap<string, readonly string[]> {
  const refused = new Map<string, Set<string>>();
  for (const type of searchedTypes()) {
    for (const parameter of searchParameters(type)?.values() ?? []) {
      if (!('refused' in parameter)) continue;
      const { name, refused: why } = parameter;
      const names = refused.get(why) ?? new Set();
      refused.set(why, names.add(name.startsWith('_') ? name : `${type}.${name}`));
    }
  }
  return new Map([...refused].map(([why, names]) => [why, [...names].sort()]));
}

/** The modifiers that can be searched with, by the type of the parameter. */
export function searchModifiers(): ReadonlyMap<string, readonly string[]> {
  return new Map(Object.entries(MODIFIERS).map(([type, modifiers]) => [type, ['missing', ...modifiers]]));
}
