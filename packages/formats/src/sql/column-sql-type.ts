import { parseAnsiType } from '@millrace/viewdef';
import type { SqlType, ViewColumn } from '@millrace/viewdef';
import { ColumnTypeError } from '../errors.js';

const BY_FHIR_TYPE: ReadonlyMap<string, SqlType> = new Map<string, SqlType>([
  ['boolean', { kind: 'boolean' }],
  ['integer', { kind: 'integer', bits: 32 }],
  ['positiveInt', { kind: 'integer', bits: 32 }],
  ['unsignedInt', { kind: 'integer', bits: 32 }],
  ['integer64', { kind: 'integer', bits: 64 }],
  ['decimal', { kind: 'float', bits: 64 }],
  ['instant', { kind: 'timestamp', withTimeZone: true }],
  ['base64Binary', { kind: 'binary' }],
]);

/**
 * SQL type of a column, or of its elements when it is a `collection`: the `ansi/type` tag if there is one, else by
 * FHIR type. Dates and times are text because a FHIR date may be partial.
 *
 * @throws ColumnTypeError when the tag names no known type
 */
export function columnSqlType(column: ViewColumn): SqlType {
  if (column.ansiType !== undefined) {
    const type = parseAnsiType(column.ansiType);
    if (type === undefined) throw new ColumnTypeError(column.name, column.ansiType);
    return type;
  }
  return BY_FHIR_TYPE.get(column.fhirType ?? 'string') ?? { kind: 'text' };
}
