import { NumberText, toJsonText } from '@millrace/viewdef';
import type { Cell, SqlType } from '@millrace/viewdef';
import { dayMicros, epochDays, epochMicros } from '../sql/calendar.js';
import { isNumberText, unscaled } from '../sql/exact-number.js';

/** A value as the Parquet writer takes it. */
export type Physical = string | number | bigint | boolean | Uint8Array;

/** Gives the physical value, or undefined when the cell does not fit the type. */
export type Cast = (cell: Exclude<Cell, null>) => Physical | undefined;

/** How values become this type. Numbers may come as text that spells them, which is how FHIR writes integer64. */
export function castTo(type: SqlType): Cast {
  switch (type.kind) {
    case 'boolean':
      return (cell) => (typeof cell === 'boolean' ? cell : undefined);
    case 'integer':
      return type.bits === 64 ? toInt64 : toInteger(type.bits);
    case 'decimal':
      return toDecimal(type.precision, type.scale);
    case 'float':
      return type.bits === 64 ? toDouble : toReal;
    case 'text':
      return type.maxLength === undefined ? toText : toBoundedText(type.maxLength);
    case 'binary':
      return (cell) => (typeof cell === 'string' ? fromBase64(cell) : undefined);
    case 'date':
      return (cell) => (typeof cell === 'string' ? epochDays(cell) : undefined);
    case 'time':
      return (cell) => toTimeOfDay(cell);
    case 'timestamp':
      return (cell) => (typeof cell === 'string' ? epochMicros(cell, type.withTimeZone) : undefined);
    default:
      return type satisfies never;
  }
}

function toInteger(bits: 16 | 32): Cast {
  const limit = 2 ** (bits - 1);
  return (cell) => {
    const number = typeof cell === 'number' ? cell : Number(unscaled(numberText(cell), 0, 10) ?? Number.NaN);
    return Number.isInteger(number) && number >= -limit && number < limit ? number : undefined;
  };
}

const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;
const INT64_DIGITS = 19;

function toInt64(cell: Cell): bigint | undefined {
  if (Number.isSafeInteger(cell)) return BigInt(cell as number);
  const integer = unscaled(numberText(cell), 0, INT64_DIGITS);
  return integer !== undefined && integer >= MIN_INT64 && integer <= MAX_INT64 ? integer : undefined;
}

function toDecimal(precision: number, scale: number): Cast {
  return (cell) => unscaled(numberText(cell), scale, precision);
}

function toDouble(cell: Cell): number | undefined {
  if (typeof cell === 'number') return cell;
  const text = numberText(cell);
  const number = isNumberText(text) ? Number(text) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}

function toReal(cell: Cell): number | undefined {
  const real = Math.fround(toDouble(cell) ?? Number.NaN);
  return Number.isFinite(real) ? real : undefined;
}

/** Text of a cell that could be a number; the empty text for all others. */
function numberText(cell: Cell): string {
  if (cell instanceof NumberText) return cell.text;
  return typeof cell === 'string' || typeof cell === 'number' ? String(cell) : '';
}

function toText(cell: Cell): string {
  return typeof cell === 'string' ? cell : toJsonText(cell);
}

function toBoundedText(maxLength: number): Cast {
  return (cell) => {
    const text = toText(cell);
    // Characters are code points, of which there are at most as many as UTF-16 units.
    return text.length <= maxLength || [...text].length <= maxLength ? text : undefined;
  };
}

/** Of a length that four divides. A group that is repeated would take stack for each time: attachments have megabytes. */
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

function fromBase64(text: string): Uint8Array | undefined {
  // FHIR allows white space inside base64Binary.
  const compact = /\s/.test(text) ? text.replaceAll(/\s+/g, '') : text;
  return compact.length % 4 === 0 && BASE64.test(compact) ? Buffer.from(compact, 'base64') : undefined;
}

function toTimeOfDay(cell: Cell): bigint | undefined {
  const micros = typeof cell === 'string' ? dayMicros(cell) : undefined;
  return micros === undefined ? undefined : BigInt(micros);
}
