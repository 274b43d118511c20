import { countOf, sampleLine } from './generate-sample.js';
import { SAMPLE_TYPES } from './resource/seeded.js';
import type { SampleType } from './resource/seeded.js';

const MEASURED_PATIENTS = 200;

/** Number of patients for a sample of about this many bytes, by the mean of the first 200; at least one. */
export function patientsForBytes(
  bytes: number,
  seed: number,
  types: readonly SampleType[] = SAMPLE_TYPES,
): number {
  const sample = { seed, patients: MEASURED_PATIENTS };
  let measured = 0;
  for (const type of types) {
    for (let index = 0; index < countOf(type, MEASURED_PATIENTS); index += 1) {
      measured += Buffer.byteLength(sampleLine(type, sample, index)) + 1;
    }
  }
  return Math.max(1, Math.round((bytes * MEASURED_PATIENTS) / measured));
}
