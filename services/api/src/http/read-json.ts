import { isUtf8 } from 'node:buffer';
import { parseFhirJson } from '@millrace/fhir';
import { createJsonMeter, MAX_JSON_DEPTH, refuse } from '@millrace/protocol';

/**
 * JSON of a request, after its bytes have shown that it holds no more than it may.
 *
 * @param mostValues objects, lists and values in it, all levels together
 * @returns undefined for no bytes at all
 * @throws ProtocolError 400, 413
 */
export function readJson(bytes: Uint8Array, mostValues: number): unknown {
  if (bytes.length === 0) return undefined;
  createJsonMeter({ values: mostValues, depth: MAX_JSON_DEPTH }).read(bytes);
  if (!isUtf8(bytes)) throw refuse(400, 'invalid', 'the body is not UTF-8');
  try {
    return parseFhirJson(textOf(bytes));
  } catch {
    throw refuse(400, 'invalid', 'the body is not JSON');
  }
}

/** A byte order mark is no part of the text. */
function textOf({ buffer, byteOffset, length, [0]: first }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString('utf8', first === 0xef ? 3 : 0);
}
