const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** A member of a JSON object, by its place in the bytes: from the quote before its key to behind its value. */
export interface Member {
  readonly key: string;
  readonly from: number;
  readonly valueFrom: number;
  readonly to: number;
}

/** Walks the members of an object as `walkPlaces` does, with the text of each key. */
export function walkMembers(bytes: Uint8Array, at: number, onMember: (member: Member) => void): number {
  return walkPlaces(bytes, at, (from, keyTo, valueFrom, to) => {
    const key = keyOf(bytes, from, keyTo);
    if (key !== undefined) onMember({ key, from, valueFrom, to });
    return key !== undefined;
  });
}

/**
 * Walks the members of the object that starts at `at`, behind white space. Values are passed over by their brackets and
 * quotes. Returns where the object ends: behind its bracket; -1 when it is no object that can be walked.
 *
 * @param onMember gets the places of a key with its quotes and of its value; false when the member cannot be read
 */
export function walkPlaces(
  bytes: Uint8Array,
  at: number,
  onMember: (from: number, keyTo: number, valueFrom: number, to: number) => boolean,
): number {
  let next = skipSpace(bytes, at);
  if (bytes[next] !== OPEN_BRACE) return -1;
  next = skipSpace(bytes, next + 1);
  if (bytes[next] === CLOSE_BRACE) return next + 1;
  for (;;) {
    const from = next;
    if (bytes[from] !== QUOTE) return -1;
    const keyEnd = endOfString(bytes, from);
    next = skipSpace(bytes, keyEnd);
    if (keyEnd < 0 || bytes[next] !== COLON) return -1;
    const valueFrom = skipSpace(bytes, next + 1);
    const to = endOfValue(bytes, valueFrom);
    if (to < 0 || !onMember(from, keyEnd, valueFrom, to)) return -1;
    next = skipSpace(bytes, to);
    if (bytes[next] === CLOSE_BRACE) return next + 1;
    if (bytes[next] !== COMMA) return -1;
    next = skipSpace(bytes, next + 1);
  }
}

function keyOf(bytes: Uint8Array, from: number, to: number): string | undefined {
  const text = textOf(bytes, from, to);
  if (!text.includes('\\')) return text.slice(1, -1);
  try {
    return String(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export function textOf(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8');
}

export function skipSpace(bytes: Uint8Array, at: number): number {
  for (
    let char = bytes[at];
    char === 0x20 || char === 0x09 || char === 0x0a || char === 0x0d;
    char = bytes[at]
  )
    at += 1;
  return at;
}

/** Behind the closing quote; -1 when there is none. */
function endOfString(bytes: Uint8Array, at: number): number {
  for (let next = at + 1; next < bytes.length; next += 1) {
    const char = bytes[next];
    if (char === QUOTE) return next + 1;
    if (char === BACKSLASH) next += 1;
  }
  return -1;
}

/** Behind a value; -1 when it does not end or there is none. */
function endOfValue(bytes: Uint8Array, at: number): number {
  let depth = 0;
  for (let next = at; next < bytes.length;) {
    const char = bytes[next];
    if (char === QUOTE) {
      next = endOfString(bytes, next);
      if (next < 0 || depth === 0) return next;
      continue;
    }
    if (char === OPEN_BRACE || char === OPEN_BRACKET) depth += 1;
    else if (char === CLOSE_BRACE || char === CLOSE_BRACKET) {
      if (depth === 0) return next > at ? endOfWord(bytes, at, next) : -1;
      depth -= 1;
      if (depth === 0) return next + 1;
    } else if (char === COMMA && depth === 0) return next > at ? endOfWord(bytes, at, next) : -1;
    next += 1;
  }
  return -1;
}

/** A number or word ends before the white space that follows on it. */
function endOfWord(bytes: Uint8Array, at: number, end: number): number {
  let to = end;
  while (to > at && (bytes[to - 1] ?? 0) <= 0x20) to -= 1;
  return to;
}
