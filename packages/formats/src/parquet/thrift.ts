/**
 * Thrift structures as trees, read and written without knowledge of their schema, so that all that is in them stays as it
 * is: numbers keep their digits, and fields that nobody knows keep their values.
 *
 * https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
export type ThriftValue = bigint | boolean | Uint8Array | ThriftList | ThriftStruct;

export interface ThriftList {
  readonly kind: 'list';
  readonly type: number;
  readonly items: readonly ThriftValue[];
}

export interface ThriftStruct {
  readonly kind: 'struct';
  /** By their ids, in their order. */
  readonly fields: ReadonlyMap<number, ThriftField>;
}

export interface ThriftField {
  readonly type: number;
  readonly value: ThriftValue;
}

const TRUE = 1;
const FALSE = 2;
const BYTE = 3;
const I16 = 4;
export const I32 = 5;
export const I64 = 6;
const DOUBLE = 7;
const BINARY = 8;
const LIST = 9;
const SET = 10;
const STRUCT = 12;
/** No footer has so deep a structure. */
const MOST_DEPTH = 32;

/** @throws RangeError when the bytes are no structure, or end within it */
export function readThrift(bytes: Uint8Array): ThriftStruct {
  return new Reader(bytes).struct(0);
}

export function thriftBytes(struct: ThriftStruct): Uint8Array {
  const target: number[] = [];
  appendStruct(target, struct);
  return Uint8Array.from(target);
}

/** The structure with some fields set. */
export function withFields(
  { fields }: ThriftStruct,
  changes: Readonly<Record<number, ThriftField>>,
): ThriftStruct {
  const changed = Object.entries(changes).map(([id, field]) => [Number(id), field] as const);
  const sorted = [...new Map([...fields, ...changed])].sort(([a], [b]) => a - b);
  return { kind: 'struct', fields: new Map(sorted) };
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  struct(depth: number): ThriftStruct {
    if (depth > MOST_DEPTH) throw new RangeError('a structure of Thrift is deeper than any of Parquet');
    const fields = new Map<number, ThriftField>();
    let id = 0;
    for (let head = this.#byte(); head !== 0; head = this.#byte()) {
      const type = head & 15;
      id = head >> 4 === 0 ? Number(this.#zigzag()) : id + (head >> 4);
      const isBoolean = type === TRUE || type === FALSE;
      fields.set(id, { type, value: isBoolean ? type === TRUE : this.#value(type, depth) });
    }
    return { kind: 'struct', fields };
  }

  #value(type: number, depth: number): ThriftValue {
    switch (type) {
      case TRUE:
      case FALSE:
        return this.#byte() === TRUE;
      case BYTE:
        return BigInt(this.#byte());
      case I16:
      case I32:
      case I64:
        return this.#zigzag();
      case DOUBLE:
        return this.#take(8);
      case BINARY:
        return this.#take(Number(this.#varint()));
      case LIST:
      case SET:
        return this.#list(depth);
      case STRUCT:
        return this.struct(depth + 1);
      default:
        throw new RangeError(
          `a structure of Thrift has a value of the type ${type}, which no file of Parquet has`,
        );
    }
  }

  #list(depth: number): ThriftList {
    const head = this.#byte();
    const size = head >> 4 === 15 ? Number(this.#varint()) : head >> 4;
    // Each item takes a byte at least.
    if (size > this.#bytes.length - this.#at)
      throw new RangeError('a list of Thrift is longer than its bytes');
    const type = head & 15;
    return { kind: 'list', type, items: Array.from({ length: size }, () => this.#value(type, depth + 1)) };
  }

  #zigzag(): bigint {
    const value = this.#varint();
    return (value >> 1n) ^ -(value & 1n);
  }

  #varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw new RangeError('a number of Thrift has more than 64 bits');
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new RangeError('a structure of Thrift ends within itself');
    this.#at += 1;
    return byte;
  }

  #take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#at)
      throw new RangeError('a structure of Thrift ends within itself');
    const taken = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return taken;
  }
}

function appendStruct(target: number[], { fields }: ThriftStruct): void {
  let last = 0;
  for (const [id, { type, value }] of fields) {
    const delta = id - last;
    const wanted = typeof value === 'boolean' ? (value ? TRUE : FALSE) : type;
    if (delta > 0 && delta < 16) target.push((delta << 4) | wanted);
    else {
      target.push(wanted);
      appendVarint(target, zigzag(BigInt(id)));
    }
    last = id;
    if (typeof value !== 'boolean') appendValue(target, type, value);
  }
  target.push(0);
}

function appendValue(target: number[], type: number, value: ThriftValue): void {
  if (typeof value === 'bigint') {
    if (type === BYTE) target.push(Number(value));
    else appendVarint(target, zigzag(value));
  } else if (typeof value === 'boolean') target.push(value ? TRUE : FALSE);
  else if (value instanceof Uint8Array) {
    if (type === BINARY) appendVarint(target, BigInt(value.length));
    for (const byte of value) target.push(byte);
  } else if (value.kind === 'struct') appendStruct(target, value);
  else {
    const { length } = value.items;
    if (length < 15) target.push((length << 4) | value.type);
    else {
      target.push(0xf0 | value.type);
      appendVarint(target, BigInt(length));
    }
    for (const item of value.items) appendValue(target, value.type, item);
  }
}

function zigzag(value: bigint): bigint {
  return BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
}

function appendVarint(target: number[], value: bigint): void {
  let rest = value;
  for (; rest > 127n; rest >>= 7n) target.push(Number(rest & 127n) | 128);
  target.push(Number(rest));
}
