/** An id of an index, and what is known of the resource that has it. */
export interface IndexRecord {
  /** By FHIR at most 64 characters of ASCII. */
  readonly id: string;
  /** Nothing for patients; the members of groups, as `indexedGroup` writes them. */
  readonly body: Buffer;
}

export const NO_BODY = Buffer.alloc(0);

/** Bits of a byte of a number that belong to its value; the other one says that more follow. */
const DIGIT_BITS = 7;
const DIGIT = 0x7f;
const MORE = 0x80;

/** `length of the id (1 byte), id, length of the body (LEB128), body`. */
export function encodeRecord({ id, body }: IndexRecord): Buffer {
  const length = lengthOf(body.length);
  const bytes = Buffer.allocUnsafe(1 + id.length + length.length + body.length);
  bytes[0] = id.length;
  bytes.write(id, 1, 'latin1');
  bytes.set(length, 1 + id.length);
  body.copy(bytes, 1 + id.length + length.length);
  return bytes;
}

/** The records of a block. Bodies are views of its bytes. @throws RangeError where the bytes end within a record */
export function* decodeRecords(bytes: Buffer): Generator<IndexRecord, void, undefined> {
  for (let at = 0; at < bytes.length;) {
    const idEnd = at + 1 + (bytes[at] ?? 0);
    const id = bytes.toString('latin1', at + 1, idEnd);
    let length = 0;
    let bodyAt = idEnd;
    for (let shift = 0; ; shift += DIGIT_BITS) {
      const digit = bytes[bodyAt];
      if (digit === undefined) throw new RangeError('a record ends too early');
      bodyAt += 1;
      length += (digit & DIGIT) * 2 ** shift;
      if ((digit & MORE) === 0) break;
    }
    at = bodyAt + length;
    if (at > bytes.length) throw new RangeError('a record ends too early');
    yield { id, body: length === 0 ? NO_BODY : bytes.subarray(bodyAt, at) };
  }
}

function lengthOf(value: number): readonly number[] {
  const digits: number[] = [];
  let rest = value;
  while (rest > DIGIT) {
    digits.push((rest & DIGIT) | MORE);
    rest = Math.floor(rest / (DIGIT + 1));
  }
  return [...digits, rest];
}
