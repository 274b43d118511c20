import { parseCanonical } from './canonical.js';
import { readInstant } from './instant.js';
import { isJsonObject } from './json-object.js';
import type { Parameter } from './parameters.js';
import type { Resource } from './resource.js';

/** Types that a parameter of an operation can have here; `Resource` is carried in `resource`, not in `value[x]`. */
export type ValueType =
  | 'string'
  | 'code'
  | 'uri'
  | 'canonical'
  | 'boolean'
  | 'integer'
  | 'instant'
  | 'Coding'
  | 'Reference'
  | 'Resource';

/** https://hl7.org/fhir/datatypes.html#Coding */
export interface Coding {
  readonly system?: string | undefined;
  readonly code: string;
}

export type TypedValue =
  | { readonly type: 'string' | 'code' | 'uri' | 'canonical' | 'instant'; readonly value: string }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'integer'; readonly value: number }
  | { readonly type: 'Coding'; readonly value: Coding }
  | { readonly type: 'Reference'; readonly value: { readonly reference: string } }
  | { readonly type: 'Resource'; readonly value: Resource };

export type ReadValue =
  | { readonly kind: 'value'; readonly value: TypedValue }
  | { readonly kind: 'faulty'; readonly diagnostics: string };

const CODE = /^\S+(?: \S+)*$/;
const URI = /^\S+$/;

/** Name of the element that carries a value of this type: `valueString`, `resource`, ... */
function valueElement(type: ValueType): 'resource' | `value${string}` {
  return type === 'Resource' ? 'resource' : `value${type.charAt(0).toUpperCase()}${type.slice(1)}`;
}

/** Reads the one value of a parameter, which must be of exactly the type asked for. */
export function readValue(parameter: Parameter, type: ValueType): ReadValue {
  const wanted = valueElement(type);
  const present = Object.keys(parameter).filter(
    (key) => key.startsWith('value') || key === 'resource' || key === 'part',
  );
  if (present.length === 0) return faulty(`has no value; expected ${wanted}`);
  if (present.length > 1 || present[0] !== wanted) {
    return faulty(`has ${present.join(' and ')}; expected ${wanted} alone`);
  }
  return type === 'Resource' || wanted === 'resource'
    ? readResource(parameter)
    : readPrimitive(parameter[wanted], type);
}

function readResource(parameter: Parameter): ReadValue {
  const { resource } = parameter;
  return resource === undefined
    ? faulty('has no value; expected resource')
    : { kind: 'value', value: { type: 'Resource', value: resource } };
}

function readPrimitive(value: unknown, type: Exclude<ValueType, 'Resource'>): ReadValue {
  switch (type) {
    case 'boolean':
      return typeof value === 'boolean'
        ? { kind: 'value', value: { type, value } }
        : faulty('is not a boolean: expected true or false without quotes');
    case 'integer':
      return Number.isInteger(value) && typeof value === 'number'
        ? { kind: 'value', value: { type, value } }
        : faulty('is not an integer');
    case 'Coding':
      return isCoding(value)
        ? { kind: 'value', value: { type, value: { system: value.system, code: value.code } } }
        : faulty('is not a Coding with a "code"');
    case 'Reference':
      return isReference(value)
        ? { kind: 'value', value: { type, value: { reference: value.reference } } }
        : faulty('is not a Reference with a literal "reference"');
    case 'string':
      return text(value, type, (s) => s.trim() !== '', 'is not a string with content');
    case 'code':
      return text(value, type, (s) => CODE.test(s), 'is not a code');
    case 'uri':
      return text(value, type, (s) => URI.test(s), 'is not a uri');
    case 'canonical':
      return text(value, type, isCanonical, 'is not a canonical such as http://example.org/view|1.0');
    case 'instant':
      return instant(value);
    default:
      return type satisfies never;
  }
}

function text(
  value: unknown,
  type: 'string' | 'code' | 'uri' | 'canonical',
  accepts: (value: string) => boolean,
  complaint: string,
): ReadValue {
  return typeof value === 'string' && accepts(value)
    ? { kind: 'value', value: { type, value } }
    : faulty(complaint);
}

/** More digits say nothing more, and every resource is compared with them. */
const MOST_INSTANT = 64;

function instant(value: unknown): ReadValue {
  const complaint = 'is not an instant such as 2026-01-31T12:00:00Z';
  if (typeof value !== 'string') return faulty(complaint);
  if (value.length > MOST_INSTANT) return faulty(`${complaint}: it has more than ${MOST_INSTANT} characters`);
  const read = readInstant(value);
  return 'value' in read
    ? { kind: 'value', value: { type: 'instant', value } }
    : faulty(`${complaint}: ${read.fault}`);
}

function isCanonical(value: string): boolean {
  return URI.test(value) && parseCanonical(value) !== undefined;
}

function isCoding(value: unknown): value is Coding {
  return (
    isJsonObject(value) &&
    typeof value['code'] === 'string' &&
    CODE.test(value['code']) &&
    (value['system'] === undefined || (typeof value['system'] === 'string' && URI.test(value['system'])))
  );
}

function isReference(value: unknown): value is { reference: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'reference' in value &&
    typeof value.reference === 'string' &&
    URI.test(value.reference)
  );
}

function faulty(diagnostics: string): ReadValue {
  return { kind: 'faulty', diagnostics };
}
