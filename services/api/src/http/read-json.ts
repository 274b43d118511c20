import { isUtf8 } from 'node:buffer';
import { isJsonObject, jsonItems, jsonMembers, parseFhirJson, repeatedName } from '@millrace/fhir';
import { createJsonMeter, MAX_JSON_DEPTH, refuse } from '@millrace/protocol';

export interface JsonRead {
  /** Undefined for no bytes at all. */
  readonly value: unknown;
  /** Objects, lists and values in it, all levels together. */
  readonly values: number;
  /** As `wanted` says; empty where nothing was. */
  readonly texts: readonly (string | undefined)[];
}

/**
 * The resources of a body that are stored as they are written: the body itself, or those in the entries of a Bundle, undefined
 * for an entry without one.
 */
export type WantedTexts = 'resource' | 'entries';

/**
 * JSON of a request, after its bytes have shown that it holds no more than it may.
 *
 * @param mostValues objects, lists and values in it, all levels together
 * @throws ProtocolError 400, 413
 */
export function readJson(bytes: Uint8Array, mostValues: number, wanted?: WantedTexts): JsonRead {
  if (bytes.length === 0) return { value: undefined, values: 0, texts: [] };
  const meter = createJsonMeter({ values: mostValues, depth: MAX_JSON_DEPTH });
  meter.read(bytes);
  if (!isUtf8(bytes)) throw refuse(400, 'invalid', 'the body is not UTF-8');
  const text = textOf(bytes);
  const value = parsed(text);
  if (wanted === undefined) return { value, values: meter.values, texts: [] };
  // A stored text must mean one thing: readers differ in which of two they take.
  const repeated = repeatedName(text);
  if (repeated !== undefined) {
    const { name, line } = repeated;
    const diagnostics = `${JSON.stringify(name.slice(0, 100))} is twice in one object, the second time in line ${line}: remove one`;
    throw refuse(400, 'structure', diagnostics);
  }
  const texts = wanted === 'resource' ? [text.trim()] : entryTexts(text, value);
  return { value, values: meter.values, texts };
}

function parsed(text: string): unknown {
  try {
    return parseFhirJson(text);
  } catch {
    throw refuse(400, 'invalid', 'the body is not JSON');
  }
}

function entryTexts(text: string, value: unknown): readonly (string | undefined)[] {
  if (!isJsonObject(value) || !Array.isArray(value['entry'])) return [];
  const list = jsonMembers(text).find(({ name }) => name === 'entry');
  if (list === undefined) return [];
  return Array.from(jsonItems(text, list.from), ({ from }) => {
    const resource = jsonMembers(text, from).find(({ name }) => name === 'resource');
    return resource === undefined ? undefined : text.slice(resource.from, resource.to);
  });
}

/** A byte order mark is not part of the text. */
function textOf({ buffer, byteOffset, length, [0]: first }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString('utf8', first === 0xef ? 3 : 0);
}
