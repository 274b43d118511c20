/** The SQL types that a column can have in a typed file. */
export type SqlType =
  | { readonly kind: 'boolean' }
  | { readonly kind: 'integer'; readonly bits: 16 | 32 | 64 }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'float'; readonly bits: 32 | 64 }
  /** `maxLength` in characters. */
  | { readonly kind: 'text'; readonly maxLength?: number }
  | { readonly kind: 'binary' }
  | { readonly kind: 'date' }
  | { readonly kind: 'time' }
  | { readonly kind: 'timestamp'; readonly withTimeZone: boolean };

const INTEGER_NAMES = { 16: 'SMALLINT', 32: 'INTEGER', 64: 'BIGINT' } as const;

/** The type in ANSI SQL. */
export function sqlTypeName(type: SqlType): string {
  switch (type.kind) {
    case 'boolean':
      return 'BOOLEAN';
    case 'integer':
      return INTEGER_NAMES[type.bits];
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`;
    case 'float':
      return type.bits === 32 ? 'REAL' : 'DOUBLE PRECISION';
    case 'text':
      return type.maxLength === undefined ? 'CHARACTER VARYING' : `CHARACTER VARYING(${type.maxLength})`;
    case 'binary':
      return 'BINARY VARYING';
    case 'date':
      return 'DATE';
    case 'time':
      return 'TIME';
    case 'timestamp':
      return type.withTimeZone ? 'TIMESTAMP WITH TIME ZONE' : 'TIMESTAMP';
    default:
      return type satisfies never;
  }
}
