import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { InputChangedError, SourceUnavailableError } from '../errors.js';
import { checkKey } from '../keys.js';
import { checkReadRange } from '../read-range.js';
import { compressionOf, inKeyOrder, isResourceFile, resourceTypeOf } from '../resource-files.js';
import type { FhirVersion, PinnedInput, Source } from '../source.js';
import { fileReasonOf } from './file-reason.js';
import { errnoOf, isMissing } from './errno.js';
import { fileVersion, readPinnedFile } from './pinned-file.js';

/**
 * A folder of resource files. A file belongs to the resource type that its name starts with
 * (`Patient.ndjson`, `Observation.000.ndjson.gz`) or that its top folder is named after
 * (`Observation/0001.ndjson`). Hidden files and files of other names are no inputs.
 *
 * A link may point to a file within the root. One that leaves the root, or that points to a folder, makes the
 * source unavailable, because data could be missed or exposed without anyone noticing.
 */
export function createFileSource(options: {
  readonly name: string;
  readonly root: string;
  readonly fhirVersion: FhirVersion;
  /** Whether reads may hold up the thread, for threads on which nothing else waits: faster from memory. Default: no. */
  readonly mayBlock?: boolean;
}): Source {
  const { name, fhirVersion, mayBlock } = options;
  const root = resolve(options.root);

  async function list(resourceType: string): Promise<PinnedInput[]> {
    const inputs: PinnedInput[] = [];
    for (const entry of await entriesOf('')) {
      if (entry.isDirectory() ? entry.name !== resourceType : resourceTypeOf(entry.name) !== resourceType)
        continue;
      for await (const input of inputsAt('', entry)) inputs.push(input);
    }
    return inKeyOrder(name, inputs);
  }

  async function* inputsAt(folder: string, entry: Dirent): AsyncGenerator<PinnedInput> {
    const key = folder + entry.name;
    if (entry.isDirectory()) {
      for (const inner of await entriesOf(`${key}/`)) yield* inputsAt(`${key}/`, inner);
      return;
    }
    if (entry.isSymbolicLink()) await checkLink(key);
    if (isResourceFile(key)) yield await pin(key);
  }

  async function entriesOf(folder: string): Promise<Dirent[]> {
    const entries = await reached(readdir(join(root, folder), { withFileTypes: true }));
    return entries.filter((entry) => !entry.name.startsWith('.'));
  }

  async function checkLink(key: string): Promise<void> {
    if ((await reached(stat(join(root, key)))).isDirectory()) {
      throw new SourceUnavailableError(name, `${key} is a link to a folder`);
    }
    const [realRoot, target] = await reached(Promise.all([realpath(root), realpath(join(root, key))]));
    if (!target.startsWith(realRoot + sep)) {
      throw new SourceUnavailableError(name, `${key} is a link that leaves the folder`);
    }
  }

  async function pin(key: string): Promise<PinnedInput> {
    const found = await reached(stat(join(root, key), { bigint: true }));
    if (!found.isFile()) throw new SourceUnavailableError(name, `${key} is not a file`);
    const version = fileVersion(found);
    return { key, bytes: Number(found.size), compression: compressionOf(key), version };
  }

  async function* read(
    input: PinnedInput,
    start: number,
    end: number,
    signal?: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    checkKey(input.key);
    checkReadRange(input, start, end);
    try {
      yield* readPinnedFile(join(root, input.key), input, { start, end, signal, mayBlock });
    } catch (error) {
      if (isMissing(error)) throw new InputChangedError(input.key, input.version, 'no file');
      if (errnoOf(error) !== undefined) throw unavailable(error);
      throw error;
    }
  }

  async function reached<Result>(call: Promise<Result>): Promise<Result> {
    try {
      return await call;
    } catch (error) {
      throw unavailable(error);
    }
  }

  function unavailable(error: unknown): SourceUnavailableError {
    return new SourceUnavailableError(name, fileReasonOf(error), { cause: error });
  }

  return {
    name,
    fhirVersion,
    list,
    read,
    async probe() {
      await entriesOf('');
    },
  };
}
