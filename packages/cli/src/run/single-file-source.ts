import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { emptySurvey, fileVersion, readPinnedFile } from '@millrace/storage';
import type { FhirVersion, PinnedInput, Source } from '@millrace/storage';

/**
 * One file of any name as a source. It may hold resources of any types, so it is an input for each of them.
 *
 * @param mayBlock whether reads may hold up the thread, as `createFileSource` has it
 */
export function createSingleFileSource(path: string, fhirVersion: FhirVersion, mayBlock: boolean): Source {
  async function pin(): Promise<PinnedInput> {
    const stats = await stat(path, { bigint: true });
    const compression = path.endsWith('.gz') ? 'gzip' : 'none';
    return { key: basename(path), bytes: Number(stats.size), compression, version: fileVersion(stats) };
  }
  return {
    name: path,
    fhirVersion,
    list: async () => [await pin()],
    survey: async () => emptySurvey(),
    read: (input, start, end, signal) => readPinnedFile(path, input, { start, end, signal, mayBlock }),
    probe: async () => void (await pin()),
  };
}
