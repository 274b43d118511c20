import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { countOf, generateSample } from './generate-sample.js';
import type { Sample } from './generate-sample.js';
import { SAMPLE_TYPES } from './resource/seeded.js';
import type { SampleType } from './resource/seeded.js';

export interface WrittenFile {
  readonly type: SampleType;
  readonly file: string;
  readonly resources: number;
  readonly bytes: number;
}

/** Writes `{type}.ndjson` for each type into a folder, which is made if need be. */
export async function writeSample(
  folder: string,
  sample: Sample,
  types: readonly SampleType[] = SAMPLE_TYPES,
): Promise<WrittenFile[]> {
  await mkdir(folder, { recursive: true });
  const written: WrittenFile[] = [];
  for (const type of types) {
    const file = join(folder, `${type}.ndjson`);
    const target = createWriteStream(file);
    await pipeline(Readable.from(generateSample(type, sample)), target);
    written.push({ type, file, resources: countOf(type, sample.patients), bytes: target.bytesWritten });
  }
  return written;
}
