import type { JsonTree } from '../json-tree.js';
import { writeTree } from '../json-tree.js';
import type { Random } from '../random.js';
import { generateResource } from './generate-resource.js';
import type { Manners } from './manners.js';

/** A line without its newline, and the tree that it was written from; undefined when it was damaged afterwards. */
export interface GeneratedLine {
  readonly bytes: Buffer;
  readonly tree: JsonTree | undefined;
}

const blanks = ['', '', ' ', '\t', '  ', '\r'] as const;
const insertions = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '0',
  '-',
  '.',
  'e',
  'null',
  '\u0001',
  ' ',
  '\\u12',
  '\\x',
] as const;
const extraLines = [
  '',
  '   ',
  '\r',
  '\ufeff{}',
  'null',
  '[]',
  '{}',
  '"text"',
  '1',
  '{"resourceType":null}',
  '\u00a0',
] as const;

export function generateLine(type: string, manners: Manners, random: Random): GeneratedLine {
  const tree = generateResource(type, manners, random);
  const isSpread = random.chance(10);
  const text = writeTree(tree, isSpread ? () => random.pick(blanks) : undefined);
  const end = random.chance(5) ? '\r' : '';
  if (manners === 'valid' || !random.chance(15)) return { bytes: Buffer.from(text + end), tree };
  return { bytes: damaged(Buffer.from(text + end), random), tree: undefined };
}

/** A line as files with faults have them. It holds no newline. */
function damaged(line: Buffer, random: Random): Buffer {
  const at = random.below(line.length + 1);
  const replaced = (removed: number, inserted: Uint8Array): Buffer =>
    Buffer.concat([line.subarray(0, at), inserted, line.subarray(at + removed)]);
  switch (random.below(7)) {
    case 0:
      return line.subarray(0, at);
    case 1:
      return replaced(0, Buffer.from(random.pick(insertions)));
    case 2:
      return replaced(1 + random.below(3), Buffer.alloc(0));
    case 3:
      return replaced(1, Buffer.from(random.pick(insertions)));
    case 4:
      return replaced(random.below(2), Buffer.of(0x80 + random.below(128)));
    case 5:
      return Buffer.concat([line, line.subarray(at)]);
    default:
      return Buffer.from(random.pick(extraLines));
  }
}
