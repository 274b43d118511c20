import type { SchemaElement } from 'hyparquet';
import * as format from './kernel-format.js';

/** The description of a column for the kernel. */
export interface KernelColumn {
  readonly type: number;
  readonly width: number;
  readonly order: number;
}

/** The types that the kernel reads and orders itself; `cast.ts` casts the rest, such as text of limited length. */
export function kernelColumn(element: SchemaElement, isLimited: boolean): KernelColumn {
  const column = unlimitedColumn(element);
  return isLimited ? { ...column, type: format.TYPE_HOST } : column;
}

function unlimitedColumn({ type, converted_type, logical_type, type_length }: SchemaElement): KernelColumn {
  const isPlain = converted_type === undefined && logical_type === undefined;
  switch (type) {
    case 'BOOLEAN':
      return { type: format.TYPE_BOOLEAN, width: 1, order: format.ORDER_BOOLEAN };
    case 'INT32':
      return { type: isPlain ? format.TYPE_INT32 : format.TYPE_HOST, width: 4, order: format.ORDER_INT32 };
    case 'INT64':
      return {
        type: isPlain ? format.TYPE_INT64 : isInstant(logical_type) ? format.TYPE_INSTANT : format.TYPE_HOST,
        width: 8,
        order: format.ORDER_INT64,
      };
    case 'FLOAT':
      return { type: format.TYPE_HOST, width: 4, order: format.ORDER_FLOAT };
    case 'DOUBLE':
      return { type: format.TYPE_DOUBLE, width: 8, order: format.ORDER_DOUBLE };
    case 'FIXED_LEN_BYTE_ARRAY':
      return { type: format.TYPE_HOST, width: type_length ?? 0, order: format.ORDER_BIG_ENDIAN };
    case 'BYTE_ARRAY':
    case 'INT96':
    case undefined:
      return converted_type === 'UTF8'
        ? { type: format.TYPE_TEXT, width: 0, order: format.ORDER_TEXT }
        : { type: format.TYPE_HOST, width: 0, order: format.ORDER_NONE };
    default:
      return type satisfies never;
  }
}

function isInstant(type: SchemaElement['logical_type']): boolean {
  return type?.type === 'TIMESTAMP' && type.isAdjustedToUTC && type.unit === 'MICROS';
}
