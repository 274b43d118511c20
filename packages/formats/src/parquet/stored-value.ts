import type { SchemaElement } from 'hyparquet';
import type { Physical } from './cast.js';

/** Reads a value in Parquet's PLAIN encoding, for statistics: text as bytes, which are copied. */
export function storedValue(element: SchemaElement, view: DataView, at: number): Physical {
  switch (element.type) {
    case 'BOOLEAN':
      return view.getUint8(at) === 1;
    case 'INT32':
      return view.getInt32(at, true);
    case 'INT64':
      return view.getBigInt64(at, true);
    case 'FLOAT':
      return view.getFloat32(at, true);
    case 'DOUBLE':
      return view.getFloat64(at, true);
    case 'FIXED_LEN_BYTE_ARRAY':
      return bigEndian(view, at, element.type_length ?? 0);
    case 'BYTE_ARRAY':
    case 'INT96':
    case undefined: {
      const start = view.byteOffset + at + 4;
      return new Uint8Array(view.buffer.slice(start, start + view.getUint32(at, true)));
    }
    default:
      return element.type satisfies never;
  }
}

function bigEndian(view: DataView, at: number, width: number): bigint {
  let integer = 0n;
  for (let index = 0; index < width; index += 1)
    integer = (integer << 8n) | BigInt(view.getUint8(at + index));
  return BigInt.asIntN(8 * width, integer);
}
