import { isUtf8 } from 'node:buffer';
import { parseFhirJson } from '@millrace/fhir';
import { createJsonMeter, MAX_JSON_DEPTH, refuse } from '@millrace/protocol';

export interface JsonRead {
  /** Undefined for no bytes at all. */
  readonly value: unknown;
  /** Objects, lists and values in it, all levels together. */
  readonly values: number;
}

/**
 * JSON of a request, after its bytes have shown that it holds no more than it may.
 *
 * @param mostValues objects, lists and values in it, all levels together
 * @throws ProtocolError 400, 413
 */
export function readJson(bytes: Uint8Array, mostValues: number): JsonRead {
  if (bytes.length === 0) return { value: undefined, values: 0 };
  const meter = createJsonMeter({ values: mostValues, depth: MAX_JSON_DEPTH });
  meter.read(bytes);
  if (!isUtf8(bytes)) throw refuse(400, 'invalid', 'the body is not UTF-8');
  try {
    return { value: parseFhirJson(textOf(bytes)), values: meter.values };
  } catch {
    throw refuse(400, 'invalid', 'the body is not JSON');
  }
}

/** A byte order mark is not part of the text. */
function textOf({ buffer, byteOffset, length, [0]: first }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString('utf8', first === 0xef ? 3 : 0);
}
