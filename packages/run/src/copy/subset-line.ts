import { textOf, walkMembers } from './object-members.js';
import type { Member } from './object-members.js';

const SYSTEM = 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue';
const CODE = 'SUBSETTED';
/** https://hl7.org/fhir/R4/resource-definitions.html#Meta.tag */
const TAG = JSON.stringify({ system: SYSTEM, code: CODE });

/**
 * Leaves some members of the resource of a line, as bytes, and tags it as a part of a resource. Undefined when the line
 * is no JSON object.
 */
export type SubsetLine = (line: Uint8Array) => Uint8Array | undefined;

/** @param keys that are left; `meta` always is */
export function createSubset(keys: readonly string[]): SubsetLine {
  const left: ReadonlySet<string> = new Set(keys);
  return (line) => {
    const members: Uint8Array[] = [];
    let metaAt: number | undefined;
    const end = walkMembers(line, 0, (member) => {
      if (member.key === 'meta') {
        // Of two of them the last one counts, as for whoever parses the line.
        metaAt ??= members.length;
        members[metaAt] = Buffer.concat([
          line.subarray(member.from, member.valueFrom),
          taggedMeta(line, member),
        ]);
      } else if (left.has(member.key)) members.push(line.subarray(member.from, member.to));
    });
    if (end < 0) return undefined;
    if (metaAt === undefined) members.push(Buffer.from(`"meta":{"tag":[${TAG}]}`));
    return joined(members);
  };
}

/** The value of `meta` with the tag: with the bytes that it has, unless it is no object with a list of tags. */
function taggedMeta(line: Uint8Array, { valueFrom, to }: Member): Uint8Array {
  const meta = line.subarray(valueFrom, to);
  let tags: Member | undefined;
  let last: Member | undefined;
  const end = walkMembers(meta, 0, (member) => {
    last = member;
    if (member.key === 'tag') tags = member;
  });
  if (end < 0) return Buffer.from(`{"tag":[${TAG}]}`);
  if (tags === undefined) return inserted(meta, end - 1, `${last === undefined ? '' : ','}"tag":[${TAG}]`);
  const list = listOf(textOf(meta, tags.valueFrom, tags.to));
  if (list === undefined) {
    return Buffer.concat([meta.subarray(0, tags.valueFrom), Buffer.from(`[${TAG}]`), meta.subarray(tags.to)]);
  }
  if (list.some(isSubsetted)) return meta;
  return inserted(meta, tags.to - 1, `${list.length === 0 ? '' : ','}${TAG}`);
}

function inserted(bytes: Uint8Array, at: number, text: string): Uint8Array {
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(text), bytes.subarray(at)]);
}

function listOf(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isSubsetted(tag: unknown): boolean {
  if (typeof tag !== 'object' || tag === null) return false;
  const { system, code } = tag as { readonly system?: unknown; readonly code?: unknown };
  return system === SYSTEM && code === CODE;
}

function joined(members: readonly Uint8Array[]): Uint8Array {
  const length = members.reduce((sum, member) => sum + member.length + 1, 1);
  const result = Buffer.allocUnsafe(length);
  let at = 0;
  for (const [index, member] of members.entries()) {
    at = result.writeUInt8(index === 0 ? 0x7b : 0x2c, at);
    result.set(member, at);
    at += member.length;
  }
  result.writeUInt8(0x7d, at);
  return result;
}
