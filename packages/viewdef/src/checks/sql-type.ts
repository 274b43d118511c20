import { isAbstract } from '../model/fhir-elements.js';
import { nameKinds, sortOf } from '../model/kinds.js';
import type { Kind, Possible } from '../model/kinds.js';
import { parseAnsiType } from '../sql/ansi-type.js';
import { sqlTypeName } from '../sql/sql-type.js';
import type { SqlType } from '../sql/sql-type.js';
import { isOpen } from './column-type.js';
import type { Finding } from './finding.js';

/**
 * Checks the `ansi/type` of a column. Only Parquet has values of that type: there, a value that does not fit
 * is an error.
 *
 * @param declared the types that the column says its values have, for a path of which nothing is known
 * @see https://build.fhir.org/ig/HL7/sql-on-fhir/StructureDefinition-ViewDefinition.html
 */
export function checkSqlType(
  tag: string,
  path: string,
  yields: Possible,
  declared: readonly Kind[],
): Finding | undefined {
  const type = parseAnsiType(tag);
  if (type === undefined) {
    const reason = `is "${tag}", for which Parquet has no type; use one such as INTEGER, DECIMAL(10,2), CHARACTER VARYING, DATE or TIMESTAMP WITH TIME ZONE`;
    return { kind: 'doubt', reason };
  }
  const isUntold = yields === 'any' || yields.length === 0 || isOpen(yields);
  const kinds = isUntold ? declared : yields;
  const fits = new Set(kinds.map((kind) => fitOf(kind, type)));
  const what = isUntold ? `the type of "${path}"` : `"${path}" yields`;
  const reason = `is ${sqlTypeName(type)}, but ${what} ${isUntold ? 'is ' : ''}${nameKinds(kinds)}`;
  if (fits.has('never') && fits.size === 1) return { kind: 'type', reason: `${reason}: no value of it fits` };
  if (!fits.has('never') && !fits.has('converts')) return undefined;
  return {
    kind: 'doubt',
    reason: `${reason}: Parquet fails at a value that does not fit; other formats write it as it is`,
  };
}

type Fit = 'fits' | 'converts' | 'never';

/**
 * `fits` for those types whose values usually do: a decimal may still have too many digits, a date be partial.
 * `converts` where it depends on what a text spells, on the size of a number, or where databases convert and Parquet does
 * not: a date to a timestamp.
 */
function fitOf(kind: Kind, type: SqlType): Fit {
  if (type.kind === 'text' || isAbstract(kind)) return 'fits';
  const sort = sortOf(kind);
  if (kind.code === 'base64Binary') return type.kind === 'binary' ? 'fits' : 'never';
  if (sort === 'text') return type.kind === 'boolean' ? 'never' : 'converts';
  switch (type.kind) {
    case 'boolean':
      return sort === 'boolean' ? 'fits' : 'never';
    case 'integer':
      if (sort !== 'number') return 'never';
      return (wholeBits[kind.code] ?? Infinity) <= type.bits ? 'fits' : 'converts';
    case 'decimal':
    case 'float':
      return sort === 'number' ? 'fits' : 'never';
    case 'date':
      if (sort !== 'moment') return 'never';
      return kind.code === 'date' ? 'fits' : 'converts';
    case 'timestamp':
      if (sort !== 'moment') return 'never';
      return kind.code === 'date' ? 'converts' : 'fits';
    case 'time':
      return sort === 'time' ? 'fits' : 'never';
    case 'binary':
      return 'never';
    default:
      return type satisfies never;
  }
}

/** Bits of the FHIR types that are whole numbers. */
const wholeBits: Readonly<Record<string, number | undefined>> = {
  integer: 32,
  positiveInt: 32,
  unsignedInt: 32,
  integer64: 64,
};
