import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ProtocolError } from '../errors/errors.js';
import { createJsonMeter } from './json-bounds.js';
import type { JsonBounds } from './json-bounds.js';

const NONE = Number.MAX_SAFE_INTEGER;

/** Status of the refusal; undefined when the text is within the bounds. */
function refusalOf(text: string, bounds: Partial<JsonBounds>, chunkBytes = 7): number | undefined {
  const meter = createJsonMeter({ values: NONE, depth: NONE, ...bounds });
  const bytes = Buffer.from(text);
  try {
    for (let at = 0; at < bytes.length; at += chunkBytes) meter.read(bytes.subarray(at, at + chunkBytes));
    return undefined;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return error.status;
  }
}

function depthOf(json: unknown): number {
  if (typeof json !== 'object' || json === null) return 0;
  return Object.values(json).reduce<number>((deepest, one) => Math.max(deepest, depthOf(one)), 0) + 1;
}

function valuesIn(json: unknown): number {
  if (typeof json !== 'object' || json === null) return 1;
  return Object.values(json).reduce<number>((sum, one) => sum + valuesIn(one), 1);
}

const json = fc.jsonValue({ maxDepth: 5 });
const chunks = fc.integer({ min: 1, max: 9 });

describe('the bytes of a body tell', () => {
  test('exactly how deep it is nested, wherever they are cut', () => {
    fc.assert(
      fc.property(json, chunks, (value, chunkBytes) => {
        const text = JSON.stringify(value, undefined, 1);
        expect(refusalOf(text, { depth: depthOf(value) }, chunkBytes)).toBeUndefined();
        if (depthOf(value) > 0) expect(refusalOf(text, { depth: depthOf(value) - 1 }, chunkBytes)).toBe(400);
      }),
    );
  });

  test('that it holds more values than it may, and never that fewer are too many', () => {
    fc.assert(
      fc.property(json, chunks, (value, chunkBytes) => {
        const text = JSON.stringify(value);
        const held = valuesIn(value);
        expect(refusalOf(text, { values: held - 1 }, chunkBytes)).toBe(413);
        const empty = text.split(/\[\]|\{\}/).length - 1;
        expect(refusalOf(text, { values: held + empty }, chunkBytes)).toBeUndefined();
      }),
    );
  });

  test('nothing by the content of its texts', () => {
    expect(refusalOf(String.raw`"[[[{\"[,,,\\"`, { depth: 0, values: 1 })).toBeUndefined();
    expect(refusalOf(String.raw`["\\", [1]]`, { depth: 1 })).toBe(400);
  });
});
