import { Random } from '../random.js';
import { hexByte } from './digits.js';

export const SAMPLE_TYPES = ['Patient', 'Encounter', 'Condition', 'Observation', 'Group'] as const;
export type SampleType = (typeof SAMPLE_TYPES)[number];

/** The random stream of one resource. */
export function randomOf(type: SampleType, seed: number, index: number): Random {
  return new Random(seed, SAMPLE_TYPES.indexOf(type), index);
}

/** Id of the index-th resource of a type, in the form of a random UUID. */
export function idOf(type: SampleType, seed: number, index: number): string {
  const random = new Random(index, SAMPLE_TYPES.indexOf(type), seed);
  const [a, b, c, d] = [random.uint32(), random.uint32(), random.uint32(), random.uint32()];
  return `${hex(a >>> 16)}${hex(a)}-${hex(b >>> 16)}-4${hex(b).slice(1)}-a${hex(c >>> 16).slice(1)}-${hex(c)}${hex(d >>> 16)}${hex(d)}`;
}

function hex(sixteenBits: number): string {
  return hexByte(sixteenBits >>> 8) + hexByte(sixteenBits);
}
