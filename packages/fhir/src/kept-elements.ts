import { ELEMENT_CHOICES, MANDATORY_ELEMENTS } from './element-table.js';

/** Without them a resource is invalid, or means something else. */
const ALWAYS_KEPT = ['resourceType', 'id', 'meta', 'implicitRules', 'modifierExtension'];

/**
 * The keys that are left of a resource of which some elements were asked for: those of the elements, with those that are
 * mandatory or always kept, and of primitives the keys of their companions. An element of several types may be asked for
 * by its name (`value`, `value[x]`) or by a key of it (`valueQuantity`).
 * https://hl7.org/fhir/R4/search.html#elements
 */
export function keptElements(resourceType: string, asked: readonly string[]): readonly string[] {
  const mandatory = own(MANDATORY_ELEMENTS, resourceType)?.split(' ') ?? [];
  const names = [...ALWAYS_KEPT, ...mandatory, ...asked.map((name) => name.replace(/\[x\]$/, ''))];
  const keys = names.flatMap((name) => {
    const types = own(ELEMENT_CHOICES, `${resourceType}.${name}`)?.split(' ');
    return types === undefined ? [name] : types.map((type) => `${name}${type}`);
  });
  return [...new Set(keys.flatMap((key) => [key, `_${key}`]))];
}

function own(table: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
