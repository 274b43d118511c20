import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { InputChangedError, type FhirVersion, type PinnedInput, type Source } from '@millrace/storage';

/** One file of any name as a source. It may hold resources of any types, so it is an input for each of them. */
export function createSingleFileSource(path: string, fhirVersion: FhirVersion): Source {
  async function pin(): Promise<PinnedInput> {
    const { size, mtimeMs, ino } = await stat(path);
    const compression = path.endsWith('.gz') ? 'gzip' : 'none';
    return { key: basename(path), bytes: size, compression, version: `${mtimeMs}-${ino}` };
  }
  return {
    name: path,
    fhirVersion,
    list: async () => [await pin()],
    async *read(input, start, end, signal) {
      const found = await pin();
      if (found.version !== input.version || found.bytes !== input.bytes) {
        throw new InputChangedError(path, `${input.bytes} bytes`, `${found.bytes} bytes, written to since`);
      }
      if (end > start) yield* createReadStream(path, { start, end: end - 1, highWaterMark: 1 << 20, signal });
    },
    probe: async () => void (await pin()),
  };
}
