import type { ScanNode, ScanProgram } from './program.js';
import * as format from './program-format.js';
import type { ProgramMemory } from './program-memory.js';

const FACTOR = (BigInt(format.HASH_FACTOR_HIGH) << 32n) | BigInt(format.HASH_FACTOR_LOW);

/** Writes the trie of the keys that the views read; returns the address of its root. */
export function writeTrie({ keys, nodes }: ScanProgram, memory: ProgramMemory): number {
  const start = memory.reserve(nodes.length * format.NODE_BYTES);
  const names = keys.map((key) => writeName(key, memory));
  for (const [index, node] of nodes.entries()) {
    const at = start + index * format.NODE_BYTES;
    const slots = new Uint8Array(keys.length);
    for (const [place, { key }] of node.edges.entries()) slots[key] = place + 1;
    const companions = node.edges.filter(({ companion }) => companion !== undefined).length;
    memory.word(at + format.NODE_SLOT_COUNT, node.edges.length + companions);
    memory.word(at + format.NODE_FLAGS, node.flags);
    memory.word(at + format.NODE_SLOTS, memory.write(slots));
    memory.word(at + format.NODE_TABLE, node.edges.length === 0 ? 0 : writeEdges(node, start, names, memory));
  }
  return start;
}

/** A key as it is compared. */
interface Name {
  readonly head: bigint;
  readonly tail: bigint;
  readonly length: number;
  readonly text: number;
}

function writeName(key: string, memory: ProgramMemory): Name {
  const bytes = memory.utf8(key);
  const start = new DataView(new ArrayBuffer(16));
  for (const [offset, byte] of bytes.subarray(0, 16).entries()) start.setUint8(offset, byte);
  const [head, tail] = [start.getBigUint64(0, true), start.getBigUint64(8, true)];
  return { head, tail, length: bytes.length, text: memory.write(bytes) };
}

/** Writes the edges of a node and its table of them by hash; returns the address of the table. */
function writeEdges(node: ScanNode, root: number, names: readonly Name[], memory: ProgramMemory): number {
  const table: number[] = Array.from({ length: 1 << format.HASH_BITS }, () => 0);
  const write = (key: number, { target, slot, base, seen }: EdgeWords): void => {
    const name = names[key];
    if (name === undefined) throw new Error(`the program has no key ${key}`);
    const at = memory.reserve(format.EDGE_BYTES);
    const hash = hashOf(name);
    memory.long(at + format.EDGE_HEAD, name.head);
    memory.long(at + format.EDGE_TAIL, name.tail);
    memory.word(at + format.EDGE_LENGTH, name.length);
    memory.word(at + format.EDGE_NODE, root + target * format.NODE_BYTES);
    memory.word(at + format.EDGE_TEXT, name.text);
    memory.word(at + format.EDGE_SLOT, slot);
    memory.word(at + format.EDGE_BASE, base);
    memory.word(at + format.EDGE_SEEN, seen);
    memory.word(at + format.EDGE_NEXT, table[hash] ?? 0);
    table[hash] = at;
  };
  const slotAt = (place: number): number => format.VALUE_BYTES + place * format.SLOT_BYTES;
  let next = node.edges.length;
  for (const [place, { key, node: target, companion }] of node.edges.entries()) {
    const slot = slotAt(place);
    const seen = companion === undefined ? 0 : slotAt(next++);
    write(key, { target, slot, base: 0, seen });
    if (companion !== undefined) write(companion, { target, slot: format.VALUE_START, base: slot, seen });
  }
  return memory.words(table);
}

/** The target of an edge, and distances from a value: see the program format. */
interface EdgeWords {
  readonly target: number;
  readonly slot: number;
  readonly base: number;
  readonly seen: number;
}

/** As the kernel computes it. */
function hashOf({ head, tail }: Name): number {
  return Number(BigInt.asUintN(64, (head ^ tail) * FACTOR) >> BigInt(64 - format.HASH_BITS));
}
