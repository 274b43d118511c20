import { kindOf } from './kinds.js';
import type { Kind, Possible } from './kinds.js';
import type { ModelTables } from './model-tables.js';

/** The elements of each type, as the specification of a FHIR version defines them. */
export interface FhirElements {
  /**
   * The possible values of the element `name` of an item; undefined when no item of this kind has such an
   * element. JSON names of choices (`valueQuantity`) count, and so does `resourceType`: both are in the data.
   */
  childOf(kind: Kind, name: string): Possible | undefined;
  /** All names that `childOf` knows, apart from `resourceType`. */
  namesOf(kind: Kind): readonly string[];
  /** Whether any type has an element of this name. */
  isElementName(name: string): boolean;
}

/** Types that only stand for types that are derived from them: an item may have any further elements. */
const abstractTypes: ReadonlySet<string> = new Set([
  'Base',
  'Resource',
  'DomainResource',
  'CanonicalResource',
  'MetadataResource',
  'Element',
  'DataType',
  'PrimitiveType',
  'BackboneType',
  'BackboneElement',
]);

/** Whether a type has no items of its own, only those of types derived from it. */
export function isAbstract({ code, path }: Kind): boolean {
  return path === code && abstractTypes.has(code);
}

export function createFhirElements(tables: ModelTables): FhirElements {
  let names: ReadonlyMap<string, readonly string[]> | undefined;
  let anyNames: ReadonlySet<string> | undefined;
  return {
    childOf(kind, name) {
      for (let path: string | undefined = kind.path; path !== undefined; path = tables.type2Parent[path]) {
        const found = elementAt(tables, path, name) ?? choiceAt(tables, path, name);
        if (found !== undefined) return found;
      }
      if (isAbstract(kind)) return 'any';
      return name === 'resourceType' && isResource(tables, kind.path) ? [kindOf('code')] : undefined;
    },
    namesOf(kind) {
      names ??= elementNames(tables);
      const found: string[] = [];
      for (let path: string | undefined = kind.path; path !== undefined; path = tables.type2Parent[path]) {
        for (const name of names.get(path) ?? []) found.push(name);
      }
      return found;
    },
    isElementName(name) {
      names ??= elementNames(tables);
      anyNames ??= new Set([...names.values()].flat());
      return anyNames.has(name);
    },
  };
}

function elementAt(tables: ModelTables, parent: string, name: string): Possible | undefined {
  const own = `${parent}.${name}`;
  const path = tables.pathsDefinedElsewhere[own] ?? own;
  const choices = tables.choiceTypePaths[path];
  if (choices !== undefined) return choices.map((choice) => kindOf(codeOfSuffix(tables, choice)));
  const element = tables.elementAt(path);
  if (element === undefined) return undefined;
  const { code, targets } = element;
  if (code.startsWith('System.'))
    return isOwnValue(code, name) ? undefined : [kindOf(systemCode(code, name))];
  return [{ code, path: describedAt(code, path), ...(targets === undefined ? {} : { targets }) }];
}

/** The path that describes the content of an element: its type, unless it has content of its own. */
export function describedAt(code: string, path: string): string {
  return code === 'Element' || code === 'BackboneElement' ? path : code;
}

/** The value of a primitive is the element itself: `birthDate.value` yields nothing. */
function isOwnValue(code: string, name: string): boolean {
  return name === 'value' && code.startsWith('System.');
}

/** An `id` and the `url` of an extension have types of FHIRPath; those of FHIR say the same. */
function systemCode(code: string, name: string): string {
  if (code === 'System.String') return name === 'id' ? 'id' : 'string';
  return lowerFirst(code.slice('System.'.length));
}

/** A choice under its JSON name: `effectiveDateTime`. */
function choiceAt(tables: ModelTables, parent: string, name: string): Possible | undefined {
  for (let end = name.length - 1; end > 0; end--) {
    if (!/[A-Z]/.test(name.charAt(end))) continue;
    const own = `${parent}.${name.slice(0, end)}`;
    const choices = tables.choiceTypePaths[tables.pathsDefinedElsewhere[own] ?? own];
    const suffix = name.slice(end);
    if (choices?.includes(suffix) === true) return [kindOf(codeOfSuffix(tables, suffix))];
  }
  return undefined;
}

function isResource(tables: ModelTables, code: string): boolean {
  for (let type: string | undefined = code; type !== undefined; type = tables.type2Parent[type]) {
    if (type === 'Resource') return true;
  }
  return false;
}

/** The type code of a JSON suffix: `valueDateTime` holds a `dateTime`, `valueQuantity` a `Quantity`. */
export function codeOfSuffix(tables: ModelTables, suffix: string): string {
  return tables.availableTypes.has(suffix) ? suffix : lowerFirst(suffix);
}

/** `DateTime` as `dateTime`. */
export function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** Names by parent. Only faults need them: 10,000 elements, some milliseconds. */
function elementNames(tables: ModelTables): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  const add = (path: string, suffix = ''): void => {
    const dot = path.lastIndexOf('.');
    const parent = path.slice(0, dot);
    const known = names.get(parent);
    const name = path.slice(dot + 1) + suffix;
    if (known === undefined) names.set(parent, [name]);
    else known.push(name);
  };
  for (const [path, code] of tables.everyElement()) {
    if (!isOwnValue(code, path.slice(path.lastIndexOf('.') + 1))) add(path);
  }
  for (const path of Object.keys(tables.pathsDefinedElsewhere)) add(path);
  for (const [path, choices] of Object.entries(tables.choiceTypePaths)) {
    add(path);
    for (const choice of choices) add(path, choice);
  }
  return names;
}
