import { conditionLine } from './resource/condition.js';
import { encounterLine } from './resource/encounter.js';
import { GROUP_IDS, groupLine } from './resource/group.js';
import { observationLine } from './resource/observation.js';
import { patientLine } from './resource/patient.js';
import { PER_PATIENT } from './resource/per-patient.js';
import type { SampleType } from './resource/seeded.js';

/** Which sample: the same values give the same bytes, on every machine. */
export interface Sample {
  readonly seed: number;
  readonly patients: number;
}

/** Resources of one type in a sample. */
export function countOf(type: SampleType, patients: number): number {
  return type === 'Group' ? GROUP_IDS.length : patients * PER_PATIENT[type];
}

/** The index-th resource of a type as one line of NDJSON without its line end. */
export function sampleLine(type: SampleType, { seed, patients }: Sample, index: number): string {
  switch (type) {
    case 'Patient':
      return patientLine(seed, index);
    case 'Encounter':
      return encounterLine(seed, index);
    case 'Condition':
      return conditionLine(seed, index);
    case 'Observation':
      return observationLine(seed, index);
    case 'Group':
      return groupLine(seed, index, patients);
    default:
      return type satisfies never;
  }
}

const CHUNK_BYTES = 256 * 1024;
/** Small pieces become bytes faster than one large string, which falls out of the cache. */
const PIECE_CHARACTERS = 8192;
const MAX_BYTES_PER_CHARACTER = 3;

/** NDJSON of all resources of one type, in chunks of whole lines of about 256 KiB. */
export async function* generateSample(
  type: SampleType,
  sample: Sample,
): AsyncGenerator<Uint8Array, void, void> {
  const count = countOf(type, sample.patients);
  let chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let length = 0;
  let piece = '';
  for (let index = 0; index < count; index += 1) {
    piece += sampleLine(type, sample, index) + '\n';
    if (piece.length < PIECE_CHARACTERS && index + 1 < count) continue;
    const most = MAX_BYTES_PER_CHARACTER * piece.length;
    if (length + most > chunk.length) {
      if (length > 0) yield chunk.subarray(0, length);
      chunk = Buffer.allocUnsafe(Math.max(CHUNK_BYTES, most));
      length = 0;
    }
    length += chunk.write(piece, length);
    piece = '';
  }
  if (length > 0) yield chunk.subarray(0, length);
}
