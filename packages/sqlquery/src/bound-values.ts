import { didYouMean, isInstant, readDateTime, readTimeOfDay } from '@millrace/fhir';
import type { ElementFault, Parameter } from '@millrace/fhir';
import type { BoundValue } from './engine/sql-engine.js';
import type { LibraryParameter } from './library.js';

const text = (value: unknown): value is string => typeof value === 'string';
const DECIMAL = /^-?\d{1,38}(?:\.\d{1,38})?(?:[eE][+-]?\d{1,3})?$/;

/**
 * The types of parameters that have a value in SQL, and which values are of them. SQL has no partial dates and times. Text
 * is taken for a number where the digits are more than a double keeps.
 */
const BINDABLE: Readonly<
  Record<string, { readonly is: (value: unknown) => boolean; readonly like: string }>
> = {
  string: { is: text, like: 'a text' },
  code: { is: text, like: 'a text' },
  integer: {
    is: (value) => Number.isInteger(value) && Math.abs(Number(value) + 0.5) < 2 ** 31,
    like: 'a whole number of 32 bits',
  },
  integer64: {
    is: (value) => Number.isSafeInteger(value) || (text(value) && isInteger64(value)),
    like: 'a whole number of 64 bits',
  },
  decimal: {
    is: (value) => typeof value === 'number' || (text(value) && DECIMAL.test(value)),
    like: 'a number of at most 38 digits',
  },
  boolean: { is: (value) => typeof value === 'boolean', like: 'true or false' },
  date: { is: (value) => text(value) && isDate(value), like: 'a full date such as 2026-01-31' },
  dateTime: {
    is: (value) => text(value) && isDateTime(value),
    like: 'a full date, with or without a time, such as 2026-01-31T12:00:00Z',
  },
  time: { is: (value) => text(value) && isTime(value), like: 'a time such as 12:00:00' },
  instant: {
    is: (value) => text(value) && isInstant(value),
    like: 'an instant such as 2026-01-31T12:00:00Z',
  },
};

/** Of parameters that have a value in SQL. */
export const BINDABLE_TYPES: readonly string[] = Object.keys(BINDABLE);

export function isBindableType(type: string): boolean {
  return BINDABLE_TYPES.includes(type);
}

function isInteger64(value: string): boolean {
  return /^-?\d{1,19}$/.test(value) && BigInt.asIntN(64, BigInt(value)) === BigInt(value);
}

function isDate(value: string): boolean {
  const read = readDateTime(value);
  return 'value' in read && read.value.day !== undefined && read.value.hour === undefined;
}

function isDateTime(value: string): boolean {
  const read = readDateTime(value);
  if ('fault' in read || read.value.day === undefined) return false;
  return read.value.hour === undefined || read.value.second !== undefined;
}

function isTime(value: string): boolean {
  const read = readTimeOfDay(value);
  return 'value' in read && read.value.second !== undefined;
}

/** The values of a request for a query. */
export interface ReadValues {
  /** In the order of the parameters of the query, null for one without a value. Without a meaning where there are faults. */
  readonly values: readonly BoundValue[];
  /** With expressions such as `parameter[0].valueString`. */
  readonly faults: readonly ElementFault[];
}

/**
 * Fits values to the parameters of a query: by name, each once, with the `value[x]` of the declared type.
 * https://hl7.org/fhir/uv/sql-on-fhir/StructureDefinition-SQLQuery.html
 */
export function bindValues(declared: readonly LibraryParameter[], given: readonly Parameter[]): ReadValues {
  const faults = bindingFaults(declared, given);
  if (faults.length > 0) return { values: [], faults };
  const values = declared.map(({ name, type }): BoundValue => {
    const value = given.find((one) => one.name === name)?.[elementFor(type)] ?? null;
    // The faults have seen to its type.
    return { name, type, value: value as BoundValue['value'] };
  });
  return { values, faults };
}

function elementFor(type: string): `value${string}` {
  return `value${type.charAt(0).toUpperCase()}${type.slice(1)}`;
}

function bindingFaults(
  declared: readonly LibraryParameter[],
  values: readonly Parameter[],
): readonly ElementFault[] {
  const faults: ElementFault[] = [];
  const bound = new Set<string>();
  for (const [at, value] of values.entries()) {
    const expression = `parameter[${at}]`;
    const wanted = declared.find(({ name }) => name === value.name);
    if (wanted === undefined) {
      const given = JSON.stringify(value.name.slice(0, 100));
      faults.push({
        expression,
        diagnostics: `${given} is not a parameter of the query${hintFor(value.name, declared)}`,
      });
      continue;
    }
    if (bound.has(value.name)) faults.push({ expression, diagnostics: `${value.name} is bound twice` });
    bound.add(value.name);
    const complaint = mismatch(value, wanted);
    if (complaint !== undefined) faults.push({ expression, diagnostics: complaint });
  }
  for (const { name, isRequired } of declared) {
    if (isRequired && !bound.has(name)) {
      faults.push({ expression: 'parameter', diagnostics: `the query needs a value for ${name}` });
    }
  }
  return faults;
}

function hintFor(name: string, declared: readonly LibraryParameter[]): string {
  if (declared.length === 0) return ', which has none';
  const names = declared.map((one) => one.name);
  const nearest = didYouMean(name, names);
  return nearest === '' ? `; expected one of ${names.join(', ')}` : nearest;
}

function mismatch(value: Parameter, { name, type }: LibraryParameter): string | undefined {
  const rule = Object.hasOwn(BINDABLE, type) ? BINDABLE[type] : undefined;
  if (rule === undefined) return `${name} has the type ${type}, for which SQL has no value`;
  const element = elementFor(type);
  const present = Object.keys(value).filter(
    (key) => key.startsWith('value') || key === 'resource' || key === 'part',
  );
  if (present.length !== 1 || present[0] !== element) {
    const found = present.length === 0 ? 'no value' : present.join(' and ');
    return `${name} has ${found}; expected ${element}, because it is declared as ${type}`;
  }
  return rule.is(value[element]) ? undefined : `${name} is not a FHIR ${type} for SQL; expected ${rule.like}`;
}
