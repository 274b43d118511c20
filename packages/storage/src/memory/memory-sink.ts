import { createHash, randomUUID } from 'node:crypto';
import { posix } from 'node:path';
import { ObjectExistsError, ObjectMissingError, UploadLostError } from '../errors.js';
import {
  TEMPORARY_SUFFIX,
  checkKey,
  checkPrefix,
  checkStoredKey,
  compareKeys,
  isTemporaryKey,
} from '../keys.js';
import { requireVersion } from '../object-version.js';
import type { ObjectEntry, Sink, Upload } from '../sink.js';

interface Held {
  readonly content: Buffer;
  readonly modifiedAt: Date;
}

/** Objects in memory. It knows folders as file systems do: there is one while there is something in it. */
export function createMemorySink(): Sink {
  const objects = new Map<string, Held>();

  function put(key: string, content: Uint8Array): void {
    objects.set(key, { content: Buffer.from(content), modifiedAt: new Date() });
  }

  function entry(key: string, { content, modifiedAt }: Held): ObjectEntry {
    return { key, bytes: content.length, etag: sha256(content), modifiedAt };
  }

  function find(key: string): Held | undefined {
    checkStoredKey(key);
    return isTemporaryKey(key) ? undefined : objects.get(key);
  }

  function folderExists(key: string): boolean {
    const folder = folderOf(key);
    return [...objects.keys()].some((other) => other.startsWith(folder));
  }

  function openUpload(key: string): Upload {
    const id = randomUUID();
    const temporary = folderOf(key) + id + TEMPORARY_SUFFIX;
    put(temporary, Buffer.alloc(0));
    const chunks: Buffer[] = [];
    let isCommitted = false;
    const abort = async () => {
      if (!isCommitted) objects.delete(temporary);
    };
    return {
      id,
      async write(chunk) {
        if (!objects.has(temporary)) throw new UploadLostError(key, id);
        chunks.push(Buffer.from(chunk));
      },
      async commit() {
        if (!objects.delete(temporary)) throw new UploadLostError(key, id);
        if (objects.has(key)) throw new ObjectExistsError(key);
        const content = Buffer.concat(chunks);
        put(key, content);
        isCommitted = true;
        return { key, bytes: content.length, sha256: sha256(content), etag: sha256(content) };
      },
      abort,
      [Symbol.asyncDispose]: abort,
    };
  }

  return {
    async open(key) {
      checkKey(key);
      return openUpload(key);
    },
    async abort(key, uploadId) {
      checkKey(key);
      objects.delete(folderOf(key) + uploadId + TEMPORARY_SUFFIX);
    },
    async createIfAbsent(key, body, folder = 'create') {
      checkKey(key);
      if (folder === 'must-exist' && !folderExists(key)) return 'gone';
      if (objects.has(key)) return 'exists';
      put(key, body);
      return 'created';
    },
    async read(key) {
      const held = find(key);
      return held && Buffer.from(held.content);
    },
    async stat(key) {
      const held = find(key);
      return held && entry(key, held);
    },
    async *stream(key, range, version) {
      const held = find(key);
      if (!held) throw new ObjectMissingError(key);
      if (version) requireVersion(key, entry(key, held), version);
      const content = held.content.subarray(range?.start, range?.end);
      if (content.length > 0) yield Buffer.from(content);
    },
    async *list(prefix, after = '') {
      checkPrefix(prefix);
      for (const key of [...objects.keys()].sort(compareKeys)) {
        const held = objects.get(key);
        if (held && key.startsWith(prefix) && compareKeys(key, after) > 0) yield entry(key, held);
      }
    },
    async remove(keys) {
      keys.forEach(checkStoredKey);
      for (const key of keys) objects.delete(key);
    },
  };
}

function folderOf(key: string): string {
  const folder = posix.dirname(key);
  return folder === '.' ? '' : `${folder}/`;
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
