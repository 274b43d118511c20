import { R4_PARAMETERS } from './r4-parameters.js';

/** https://hl7.org/fhir/R4/valueset-search-param-type.html, without those that are refused altogether. */
export type SearchType = 'token' | 'reference' | 'date' | 'string' | 'quantity' | 'number' | 'uri';

/** An element that a search looks at. */
export interface SearchTarget {
  /** FHIRPath from the resource. */
  readonly path: string;
  /** FHIR type of the elements there. */
  readonly element: string;
  /** Type of the resources that References there must be to; undefined for any. */
  readonly target: string | undefined;
}

export type SearchParameter =
  | { readonly name: string; readonly type: SearchType; readonly targets: readonly SearchTarget[] }
  /** It exists, and cannot be searched by. */
  | { readonly name: string; readonly refused: string };

const REFUSED: Readonly<Record<string, string>> = {
  composite: 'it is a composite parameter',
  special: 'it has rules of its own',
  phonetic: 'it compares by sound',
  expression: 'its expression looks into the first entry only',
};

const read = new Map<string, ReadonlyMap<string, SearchParameter>>();

/** The search parameters of a type of R4 by name, with those of all types. Undefined for what is no such type. */
export function searchParameters(resourceType: string): ReadonlyMap<string, SearchParameter> | undefined {
  const known = read.get(resourceType);
  if (known !== undefined) return known;
  if (resourceType === 'Resource' || !Object.hasOwn(R4_PARAMETERS, resourceType)) return undefined;
  const parameters = new Map(
    [R4_PARAMETERS['Resource'], R4_PARAMETERS[resourceType]]
      .flatMap((text = '') => text.split('; '))
      .filter((text) => text !== '')
      .map((text) => {
        const parameter = readParameter(text);
        return [parameter.name, parameter];
      }),
  );
  read.set(resourceType, parameters);
  return parameters;
}

/** Types of R4 in order. */
export function searchedTypes(): readonly string[] {
  return Object.keys(R4_PARAMETERS).filter((type) => type !== 'Resource');
}

/** `name type path:Element path:Element>Target`, or `name type !reason` */
function readParameter(text: string): SearchParameter {
  const [name = '', type = '', ...targets] = text.split(' ');
  const reason = targets[0]?.startsWith('!') === true ? targets[0].slice(1) : undefined;
  if (reason !== undefined) return { name, refused: REFUSED[reason] ?? reason };
  // The table has no other types beside those that are refused.
  return { name, type: type as SearchType, targets: targets.map(readTarget) };
}

function readTarget(text: string): SearchTarget {
  const at = text.lastIndexOf(':');
  const [element = '', target] = text.slice(at + 1).split('>');
  return { path: text.slice(0, at), element, target };
}
