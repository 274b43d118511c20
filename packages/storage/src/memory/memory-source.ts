import { createHash } from 'node:crypto';
import { InputChangedError } from '../errors.js';
import { checkReadRange } from '../read-range.js';
import { compressionOf, isInputOf, topFolderOf } from '../names/file-name.js';
import { inKeyOrder } from '../names/input-order.js';
import { createNamedFiles } from '../names/named-files.js';
import { isUnread } from '../names/unread-file.js';
import { typesIn } from '../source-types.js';
import type { SourceTypes } from '../source-types.js';
import type { FhirVersion, PinnedInput, Source } from '../source.js';

const CHUNK_BYTES = 64 * 1024;

/** Resource files in memory, named as in a folder. The map may be changed from outside while it is read. */
export function createMemorySource(options: {
  readonly name: string;
  readonly fhirVersion: FhirVersion;
  readonly files: ReadonlyMap<string, Uint8Array>;
}): Source & SourceTypes {
  const { name, fhirVersion, files } = options;

  function pin(key: string, content: Uint8Array): PinnedInput {
    const version = createHash('sha256').update(content).digest('hex');
    return { key, bytes: content.length, compression: compressionOf(key), version };
  }

  function checkPin(input: PinnedInput): Uint8Array {
    const content = files.get(input.key);
    const found = content && pin(input.key, content).version;
    if (!content || found !== input.version) {
      throw new InputChangedError(input.key, input.version, found ?? 'no file');
    }
    return content;
  }

  return {
    name,
    fhirVersion,
    async list(resourceType) {
      const inputs = [...files]
        .filter(([key]) => isInputOf(key, resourceType))
        .map(([key, content]) => pin(key, content));
      return inKeyOrder(name, inputs);
    },
    async survey(resourceTypes) {
      const unread = createNamedFiles();
      for (const key of files.keys()) if (isUnread(key, resourceTypes)) unread.add(key);
      return { unread, repeated: createNamedFiles() };
    },
    async types() {
      const top = [...files.keys()].filter((key) => !key.includes('/'));
      const folders = new Set([...files.keys()].flatMap((key) => topFolderOf(key) ?? []));
      return typesIn(top, folders, async function* (folder) {
        for (const key of files.keys()) if (key.startsWith(`${folder}/`)) yield key;
      });
    },
    async *read(input, start, end, signal) {
      checkReadRange(input, start, end);
      signal?.throwIfAborted();
      const content = checkPin(input);
      // One buffer for all chunks, like adapters that read from a disk: code that keeps a chunk by mistake is
      // caught.
      const buffer = Buffer.alloc(Math.min(CHUNK_BYTES, end - start));
      for (let at = start; at < end; at += CHUNK_BYTES) {
        const chunk = content.subarray(at, Math.min(at + CHUNK_BYTES, end));
        buffer.set(chunk);
        yield buffer.subarray(0, chunk.length);
        signal?.throwIfAborted();
      }
      checkPin(input);
    },
    async probe() {},
  };
}
