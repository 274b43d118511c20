import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { emptySurvey, fileVersion, readPinnedFile } from '@millrace/storage';
import type { FhirVersion, PinnedInput, Source } from '@millrace/storage';

/**
 * One file of any name as a source, plain or gzip. It may hold resources of any types, so it is an input for each of them.
 *
 * @param mayBlock whether reads may hold up the thread, as `createFileSource` has it
 */
export function createSingleFileSource(path: string, fhirVersion: FhirVersion, mayBlock: boolean): Source {
  async function pin(): Promise<PinnedInput> {
    const stats = await stat(path, { bigint: true });
    const compression = /\.gz$/i.test(path) || (await beginsAsGzip(path)) ? 'gzip' : 'none';
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

async function beginsAsGzip(path: string): Promise<boolean> {
  await using file = await open(path, 'r');
  const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
  return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
}
