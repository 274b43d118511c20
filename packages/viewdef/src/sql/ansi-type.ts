import type { SqlType } from './sql-type.js';

const GRAMMAR =
  /^([A-Z]+(?: [A-Z]+)*?) ?(?:\( ?(\d{1,9}) ?(?:, ?(\d{1,9}) ?)?\))? ?(WITH TIME ZONE|WITHOUT TIME ZONE)?$/;
const MAX_PRECISION = 38;

/**
 * Reads the value of an `ansi/type` tag; undefined when it names no type that can be written.
 *
 * `DECIMAL` without precision has 38 digits and, as in the standard, none behind the point. Precision of times and
 * lengths of binary values are read and ignored: times are kept to the microsecond.
 */
export function parseAnsiType(text: string): SqlType | undefined {
  const match = GRAMMAR.exec(text.trim().replaceAll(/\s+/g, ' ').toUpperCase());
  if (!match) return undefined;
  const [, name = '', first, second, zone] = match;
  if (zone !== undefined && name !== 'TIMESTAMP' && name !== 'TIME') return undefined;
  if (second !== undefined && !DECIMAL_NAMES.has(name)) return undefined;
  const size = first === undefined ? undefined : Number(first);
  if (DECIMAL_NAMES.has(name)) return decimalType(size ?? MAX_PRECISION, Number(second ?? 0));
  if (TEXT_NAMES.has(name)) return size === undefined ? { kind: 'text' } : { kind: 'text', maxLength: size };
  if (BINARY_NAMES.has(name)) return { kind: 'binary' };
  if (name === 'TIMESTAMP') return { kind: 'timestamp', withTimeZone: zone === 'WITH TIME ZONE' };
  if (name === 'TIME' && zone !== 'WITH TIME ZONE') return { kind: 'time' };
  if (name === 'FLOAT') return { kind: 'float', bits: size !== undefined && size <= 24 ? 32 : 64 };
  return size === undefined ? PLAIN_TYPES.get(name) : undefined;
}

const DECIMAL_NAMES = new Set(['DECIMAL', 'DEC', 'NUMERIC']);

const TEXT_NAMES = new Set([
  'CHARACTER VARYING',
  'CHAR VARYING',
  'VARCHAR',
  'CHARACTER',
  'CHAR',
  'CHARACTER LARGE OBJECT',
  'CHAR LARGE OBJECT',
  'CLOB',
  'TEXT',
  'STRING',
]);

const BINARY_NAMES = new Set(['BINARY', 'BINARY VARYING', 'VARBINARY', 'BINARY LARGE OBJECT', 'BLOB']);

const PLAIN_TYPES: ReadonlyMap<string, SqlType> = new Map<string, SqlType>([
  ['BOOLEAN', { kind: 'boolean' }],
  ['SMALLINT', { kind: 'integer', bits: 16 }],
  ['INTEGER', { kind: 'integer', bits: 32 }],
  ['INT', { kind: 'integer', bits: 32 }],
  ['BIGINT', { kind: 'integer', bits: 64 }],
  ['REAL', { kind: 'float', bits: 32 }],
  ['DOUBLE PRECISION', { kind: 'float', bits: 64 }],
  ['DOUBLE', { kind: 'float', bits: 64 }],
  ['DATE', { kind: 'date' }],
]);

function decimalType(precision: number, scale: number): SqlType | undefined {
  if (precision < 1 || precision > MAX_PRECISION || scale > precision) return undefined;
  return { kind: 'decimal', precision, scale };
}
