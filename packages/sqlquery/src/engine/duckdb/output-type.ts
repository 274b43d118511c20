import { DuckDBTypeId } from '@duckdb/node-api';
import type { DuckDBType } from '@duckdb/node-api';

/** The types that columns of output have. */
export type OutputType =
  | { readonly kind: 'boolean' | 'text' | 'json' | 'binary' | 'date' | 'time' | 'timestamp' | 'instant' }
  | { readonly kind: 'integer'; readonly bits: 16 | 32 | 64 }
  | { readonly kind: 'float'; readonly bits: 32 | 64 }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'list'; readonly element: OutputType }
  | { readonly kind: 'struct'; readonly fields: readonly OutputField[] };

export interface OutputField {
  readonly name: string;
  readonly type: OutputType;
}

/**
 * The type that a column gets in all formats; undefined where it has no form there, such as an interval. Integers that others
 * do not know, such as the 128 bits of a sum, become the next one that they do; a value that does not fit is an error.
 */
export function outputType(type: DuckDBType): OutputType | undefined {
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
      return { kind: 'boolean' };
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.UTINYINT:
      return { kind: 'integer', bits: 16 };
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.USMALLINT:
    case DuckDBTypeId.SQLNULL:
      return { kind: 'integer', bits: 32 };
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.UINTEGER:
    case DuckDBTypeId.UBIGINT:
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UHUGEINT:
      return { kind: 'integer', bits: 64 };
    case DuckDBTypeId.FLOAT:
      return { kind: 'float', bits: 32 };
    case DuckDBTypeId.DOUBLE:
      return { kind: 'float', bits: 64 };
    case DuckDBTypeId.DECIMAL:
      return { kind: 'decimal', precision: type.width, scale: type.scale };
    case DuckDBTypeId.VARCHAR:
      return { kind: type.alias === 'JSON' ? 'json' : 'text' };
    case DuckDBTypeId.ENUM:
    case DuckDBTypeId.UUID:
      return { kind: 'text' };
    case DuckDBTypeId.BLOB:
      return { kind: 'binary' };
    case DuckDBTypeId.DATE:
      return { kind: 'date' };
    case DuckDBTypeId.TIME:
      return { kind: 'time' };
    case DuckDBTypeId.TIMESTAMP:
    case DuckDBTypeId.TIMESTAMP_S:
    case DuckDBTypeId.TIMESTAMP_MS:
      return { kind: 'timestamp' };
    case DuckDBTypeId.TIMESTAMP_TZ:
      return { kind: 'instant' };
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY: {
      const element = outputType(type.valueType);
      return element === undefined ? undefined : { kind: 'list', element };
    }
    case DuckDBTypeId.STRUCT:
      return structType(type.entryNames, type.entryTypes);
    default:
      // Such as TIMESTAMP_NS, of which files would lose digits, INTERVAL, MAP, UNION, BIT, TIME WITH TIME ZONE and VARIANT.
      return undefined;
  }
}

function structType(names: readonly string[], types: readonly DuckDBType[]): OutputType | undefined {
  const fields: OutputField[] = [];
  for (const [at, entry] of types.entries()) {
    const type = outputType(entry);
    const name = names[at];
    // A struct without names is a tuple.
    if (type === undefined || name === undefined || name === '') return undefined;
    fields.push({ name, type });
  }
  return { kind: 'struct', fields };
}

/** The name of the type in DuckDB. */
export function sqlNameOf(type: OutputType): string {
  switch (type.kind) {
    case 'boolean':
      return 'BOOLEAN';
    case 'integer':
      return type.bits === 64 ? 'BIGINT' : type.bits === 32 ? 'INTEGER' : 'SMALLINT';
    case 'float':
      return type.bits === 64 ? 'DOUBLE' : 'FLOAT';
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`;
    case 'text':
    case 'json':
      return 'VARCHAR';
    case 'binary':
      return 'BLOB';
    case 'date':
      return 'DATE';
    case 'time':
      return 'TIME';
    case 'timestamp':
      return 'TIMESTAMP';
    case 'instant':
      return 'TIMESTAMP WITH TIME ZONE';
    case 'list':
      return `${sqlNameOf(type.element)}[]`;
    case 'struct':
      return `STRUCT(${type.fields.map((field) => `${quotedName(field.name)} ${sqlNameOf(field.type)}`).join(', ')})`;
    default:
      return type satisfies never;
  }
}

/** A name as SQL has it between quotes. */
export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as SQL has it between quotes. */
export function quotedText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
