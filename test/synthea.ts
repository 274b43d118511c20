import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe } from '@jest/globals';

/** Public Synthea data, one file for each resource type; only where it is at hand. */
export const SYNTHEA = resolve(
  import.meta.dirname,
  '..',
  process.env['SYNTHEA_DATA'] ?? '../shared/data/synthea-100',
);

export const hasSynthea = existsSync(SYNTHEA);

/** `describe` for tests over that data, which are reported as not run where the data is absent. */
export const describeWithSynthea: typeof describe.skip = hasSynthea ? describe : describe.skip;
