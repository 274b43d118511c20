import { R4_ROOT_ELEMENTS } from './r4-root-elements.js';

interface RootElement {
  readonly isMandatory: boolean;
  /** The names that it has in JSON: one, or one for each type of a choice. */
  readonly properties: readonly string[];
}

const read = new Map<string, ReadonlyMap<string, RootElement>>();

/** The root elements of a type of R4 by name, without the `[x]` of a choice. Undefined for what is no such type. */
function elementsOf(resourceType: string): ReadonlyMap<string, RootElement> | undefined {
  const known = read.get(resourceType);
  if (known !== undefined) return known;
  if (!Object.hasOwn(R4_ROOT_ELEMENTS, resourceType)) return undefined;
  const elements = new Map(R4_ROOT_ELEMENTS[resourceType]?.split(' ').map(readElement));
  read.set(resourceType, elements);
  return elements;
}

/** `status!`, `value[Quantity|string]` */
function readElement(text: string): [string, RootElement] {
  const [, name = '', mark = '', types] = /^(\w+)(!?)(?:\[(.*)\])?$/.exec(text) ?? [];
  const properties =
    types === undefined
      ? [name]
      : types.split('|').map((type) => `${name}${type.charAt(0).toUpperCase()}${type.slice(1)}`);
  return [name, { isMandatory: mark !== '', properties }];
}

/**
 * The properties in JSON of a root element of a type of R4: of a choice, those of all its types, unless the name is one of
 * these.
 *
 * @param name `status`, `value`, `value[x]` or `valueQuantity`
 * @returns undefined when the type has no such element
 */
export function rootProperties(resourceType: string, name: string): readonly string[] | undefined {
  const elements = elementsOf(resourceType);
  const found = elements?.get(name.replace(/\[x\]$/, ''));
  if (found !== undefined) return found.properties;
  return propertiesOf(resourceType).has(name) ? [name] : undefined;
}

const readProperties = new Map<string, ReadonlySet<string>>();

/** The properties of all root elements of a type: a request may name a thousand, of all types. */
function propertiesOf(resourceType: string): ReadonlySet<string> {
  const known = readProperties.get(resourceType);
  if (known !== undefined) return known;
  const elements = elementsOf(resourceType);
  const properties = new Set([...(elements?.values() ?? [])].flatMap((element) => element.properties));
  if (elements !== undefined) readProperties.set(resourceType, properties);
  return properties;
}

/** The properties in JSON of the root elements that each resource of a type of R4 must have. */
export function mandatoryProperties(resourceType: string): readonly string[] {
  return [...(elementsOf(resourceType)?.values() ?? [])]
    .filter(({ isMandatory }) => isMandatory)
    .flatMap(({ properties }) => properties);
}

/** The resource types of R4, in order. */
export function r4Types(): readonly string[] {
  return Object.keys(R4_ROOT_ELEMENTS);
}

export function isR4Type(name: string): boolean {
  return Object.hasOwn(R4_ROOT_ELEMENTS, name);
}
