import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputChangedError, SourceUnavailableError } from '../errors.js';
import { checkKey } from '../keys.js';
import { compressionOf, isInputOf, resourceTypesIn, typeOfFolder } from '../names/file-name.js';
import { inKeyOrder } from '../names/input-order.js';
import { createNamedFiles } from '../names/named-files.js';
import { checkReadRange } from '../read-range.js';
import { findUnread } from '../source-survey.js';
import { distinctFiles } from '../distinct-files.js';
import { typesIn } from '../source-types.js';
import type { SourceTypes } from '../source-types.js';
import type { FhirVersion, PinnedInput, Source } from '../source.js';
import { fileReasonOf } from './file-reason.js';
import { errnoOf, isMissing } from './errno.js';
import { fileVersion, readPinnedFile } from './pinned-file.js';
import { openSourceFolder } from './source-folder.js';
import type { FolderFile } from './source-folder.js';

/**
 * A folder of resource files; `typesOfKey` says which names are inputs of which types.
 *
 * A link may point to a file within the root. One that leaves the root, or that points to a folder, makes the
 * source unavailable, because data could be missed or exposed without anyone noticing. Names that links make of one
 * file are one input, under the first of them.
 */
export function createFileSource(options: {
  readonly name: string;
  readonly root: string;
  readonly fhirVersion: FhirVersion;
  /** Whether reads may hold up the thread, for threads on which nothing else waits: faster from memory. Default: no. */
  readonly mayBlock?: boolean;
}): Source & SourceTypes {
  const { name, fhirVersion, mayBlock } = options;
  const folder = openSourceFolder(name, options.root);
  const { root } = folder;

  /** Every name of an input, in key order. */
  async function pinsOf(resourceType: string): Promise<PinnedInput[]> {
    const pins: PinnedInput[] = [];
    for await (const { key, isLink } of filesOf(resourceType)) {
      if (isLink) await folder.checkLink(key);
      if (isInputOf(key, resourceType)) pins.push(await pin(key));
    }
    return inKeyOrder(name, pins);
  }

  /** The files that may be inputs, and links that may be to more of them. */
  async function* filesOf(resourceType: string): AsyncGenerator<FolderFile> {
    for (const entry of await folder.entries()) {
      const { name: key } = entry;
      if (entry.isDirectory()) {
        if (typeOfFolder(key) === resourceType) yield* folder.filesBelow(key);
        continue;
      }
      const isLink = entry.isSymbolicLink();
      if (isInputOf(key, resourceType) || (isLink && resourceTypesIn(key).includes(resourceType))) {
        yield { key, isLink };
      }
    }
  }

  async function* keysBelow(inner: string): AsyncGenerator<string> {
    for await (const { key } of folder.filesBelow(inner)) yield key;
  }

  async function pin(key: string): Promise<PinnedInput> {
    const found = await stat(join(root, key), { bigint: true }).catch((error: unknown) => {
      throw unavailable(error);
    });
    if (!found.isFile()) throw new SourceUnavailableError(name, `${key} is not a file`);
    return { key, bytes: Number(found.size), compression: compressionOf(key), version: fileVersion(found) };
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
      if (isMissing(error)) throw await whyMissing(input, error);
      if (errnoOf(error) !== undefined) throw unavailable(error);
      throw error;
    }
  }

  /**
   * With all others gone too, nobody has removed the file: its folder is not mounted any more.
   *
   * @throws SourceUnavailableError when the folder itself is gone
   */
  async function whyMissing(input: PinnedInput, cause: unknown): Promise<Error> {
    const { length } = await folder.entries();
    if (length > 0) return new InputChangedError(input.key, input.version, 'no file');
    return new SourceUnavailableError(name, 'its folder is empty, and may be not mounted', { cause });
  }

  function unavailable(error: unknown): SourceUnavailableError {
    return new SourceUnavailableError(name, fileReasonOf(error), { cause: error });
  }

  return {
    name,
    fhirVersion,
    list: async (resourceType) => distinctFiles(await pinsOf(resourceType), (pin) => pin),
    async survey(resourceTypes) {
      const repeated = createNamedFiles();
      for (const type of resourceTypes) {
        const pins = await pinsOf(type);
        const inputs = new Set(distinctFiles(pins, (pin) => pin));
        for (const pinned of pins) if (!inputs.has(pinned)) repeated.add(pinned.key);
      }
      const files: string[] = [];
      const folders: string[] = [];
      const linked: string[] = [];
      for (const entry of await folder.entries()) {
        if (entry.isDirectory()) folders.push(entry.name);
        else if (await folder.isLinkToFolder(entry)) linked.push(`${entry.name}/`);
        else files.push(entry.name);
      }
      const unread = await findUnread({ files, folders }, keysBelow, resourceTypes);
      // The content behind links to folders is unknown: links are not followed.
      for (const key of linked) unread.add(key);
      return { unread, repeated };
    },
    async types() {
      const entries = await folder.entries();
      const named = (isFolder: boolean): string[] =>
        entries.filter((entry) => entry.isDirectory() === isFolder).map((entry) => entry.name);
      return typesIn(named(false), named(true), keysBelow);
    },
    read,
    async probe() {
      await folder.entries();
    },
  };
}
