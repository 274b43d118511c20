import { skipSpace, textOf, walkPlaces } from '../copy/object-members.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** One version of a resource, as its line has it. */
export interface Version {
  /** UTF-8, however the line spells it. */
  readonly id: Uint8Array;
  /** `meta.lastUpdated`; undefined where it is no string. */
  readonly lastUpdated: string | undefined;
}

/**
 * Reads the version that a line is of, without parsing the rest of it. Of two equal keys the last one counts, as for
 * `JSON.parse`. Undefined for a line without a resource of the type that has an id.
 *
 * @param line without its newline
 */
export function createVersionReader(resourceType: string): (line: Buffer) => Version | undefined {
  const keys = { type: Buffer.from('resourceType'), id: Buffer.from('id'), meta: Buffer.from('meta') };
  const lastUpdatedKey = Buffer.from('lastUpdated');
  const expected = Buffer.from(resourceType);
  let isOfType = false;
  let id: Uint8Array | undefined;
  let lastUpdated: string | undefined;
  let bytes: Buffer = Buffer.alloc(0);

  function onMember(from: number, keyTo: number, valueFrom: number, to: number): boolean {
    if (isString(bytes, from, keyTo, keys.id)) id = stringAt(bytes, valueFrom, to);
    else if (isString(bytes, from, keyTo, keys.type)) isOfType = isString(bytes, valueFrom, to, expected);
    else if (isString(bytes, from, keyTo, keys.meta)) {
      lastUpdated = undefined;
      walkPlaces(bytes, valueFrom, onMetaMember);
    }
    return true;
  }

  function onMetaMember(from: number, keyTo: number, valueFrom: number, to: number): boolean {
    if (isString(bytes, from, keyTo, lastUpdatedKey)) {
      const value = stringAt(bytes, valueFrom, to);
      lastUpdated = value === undefined ? undefined : textOf(value, 0, value.length);
    }
    return true;
  }

  return (line) => {
    bytes = line;
    isOfType = false;
    id = undefined;
    lastUpdated = undefined;
    const end = walkPlaces(line, 0, onMember);
    if (end < 0 || skipSpace(line, end) < line.length) return undefined;
    return isOfType && id !== undefined ? { id, lastUpdated } : undefined;
  };
}

/**
 * Reads the `id` of a resource, and nothing behind it: most lines begin with it. Of two equal keys the first one counts.
 */
export function createIdReader(): (line: Buffer) => Uint8Array | undefined {
  const key = Buffer.from('id');
  let bytes: Buffer = Buffer.alloc(0);
  let id: Uint8Array | undefined;

  function onMember(from: number, keyTo: number, valueFrom: number, to: number): boolean {
    if (!isString(bytes, from, keyTo, key)) return true;
    id = stringAt(bytes, valueFrom, to);
    return false;
  }

  return (line) => {
    bytes = line;
    id = undefined;
    walkPlaces(line, 0, onMember);
    return id;
  };
}

/** Whether a JSON value is a string with some text of ASCII. */
function isString(bytes: Buffer, from: number, to: number, text: Buffer): boolean {
  const content = from + 1;
  if (bytes[from] !== QUOTE) return false;
  if (to - from - 2 === text.length) {
    let at = 0;
    while (at < text.length && bytes[content + at] === text[at]) at += 1;
    if (at === text.length) return true;
  }
  return isEscaped(bytes, from, to) && stringAt(bytes, from, to)?.compare(text) === 0;
}

function isEscaped(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (bytes[at] === BACKSLASH) return true;
  return false;
}

/** The text of a JSON string in UTF-8, which is valid until the line is gone; undefined for other values. */
function stringAt(bytes: Buffer, from: number, to: number): Buffer | undefined {
  if (bytes[from] !== QUOTE) return undefined;
  if (!isEscaped(bytes, from, to)) return bytes.subarray(from + 1, to - 1);
  try {
    return Buffer.from(String(JSON.parse(textOf(bytes, from, to))));
  } catch {
    return undefined;
  }
}
