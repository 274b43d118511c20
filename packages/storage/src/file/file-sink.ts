import { dirname, join, resolve } from 'node:path';
import { ObjectMissingError, StoreUnavailableError } from '../errors.js';
import { checkKey, checkPrefix, checkStoredKey, isTemporaryKey } from '../keys.js';
import { requireVersion, wholeRange } from '../object-version.js';
import type { CreateResult, ObjectVersion, Sink } from '../sink.js';
import { createSpareBuffers } from '../spare-buffers.js';
import { errnoOf } from './errno.js';
import { fileReasonOf } from './file-reason.js';
import { createFileUpload } from './file-upload.js';
import { findFile, versionOf, walkFiles } from './file-walk.js';
import { dropEmptyFolders, ensureFolder, ensureFolderBelow, syncFolder } from './folders.js';
import { watchMarker } from './marker-watch.js';
import { readBlocks } from './read-blocks.js';
import { openStoreFile } from './store-file.js';
import { storeRoot } from './store-root.js';
import { openTemporaryFile, publish, removeFile, temporaryPath } from './temporary-file.js';

const BLOCK_BYTES = 1024 * 1024;
/** Two for each part of a pass. */
const BLOCKS_KEPT = 16;

/** Rights of the owner only. */
const PRIVATE = { folder: 0o700, file: 0o600 };
/** Those that the umask of the process leaves. */
const READABLE = { folder: 0o777, file: 0o666 };

/**
 * Objects as files below a folder, for their owner only unless said otherwise. It may be shared by processes and, over a file system
 * with atomic hard links, by machines.
 */
export function createFileSink(options: {
  readonly root: string;
  /** Id of the store. With it a new folder stays only where the root has the marker: it may be not mounted any more. */
  readonly storeId?: string;
  /** Other users may read them, as far as the umask of the process lets them. */
  readonly isReadable?: boolean;
}): Sink {
  const root = resolve(options.root);
  const { storeId } = options;
  const modes = options.isReadable ? READABLE : PRIVATE;
  const plainRoot = storeRoot(root);
  const pathOf = (key: string) => join(root, key);
  const buffers = createSpareBuffers(BLOCK_BYTES, BLOCKS_KEPT);

  const requireStore = storeId === undefined ? () => Promise.resolve() : watchMarker(root, storeId, { read });

  async function makeFolder(folder: string, sync?: (folder: string) => Promise<void>): Promise<void> {
    if (storeId === undefined) return ensureFolder(folder, modes.folder);
    await ensureFolderBelow(root, folder, { requireRoot: requireStore, sync });
  }

  /** Another store may have a folder of the same tenant: only after the new one was made it is known where it is. */
  async function makeFolderInStore(folder: string): Promise<void> {
    await makeFolder(folder);
    try {
      await requireStore();
    } catch (error) {
      await dropEmptyFolders(root, folder);
      throw error;
    }
  }

  async function read(key: string): Promise<Uint8Array | undefined> {
    checkStoredKey(key);
    if (isTemporaryKey(key)) return undefined;
    return await guarded('read', key, async () => {
      await using file = await openStoreFile(plainRoot, key);
      return await file?.readFile();
    });
  }

  async function create(
    key: string,
    body: Uint8Array,
    folder: 'create' | 'must-exist',
  ): Promise<CreateResult> {
    for (let attempt = 1; ; attempt += 1) {
      // Folders with a new name in them. They are synced beside the file: a disk does both in the time of one.
      const unsynced: string[] = [];
      const make = (path: string) => makeFolder(path, async (parent) => void unsynced.push(parent));
      const file = await openTemporaryFile(
        pathOf(key),
        folder === 'create' ? { make, first: true } : undefined,
        modes.file,
      );
      if (!file) return 'gone';
      try {
        await file.handle.writeFile(body);
        const look = folder === 'create' ? requireStore() : undefined;
        await Promise.all([file.handle.sync(), ...unsynced.map(syncFolder), look]);
      } catch (error) {
        await file.handle.close();
        await removeFile(file.path);
        if (folder === 'create') await dropEmptyFolders(root, dirname(file.path));
        throw error;
      }
      const result = await publish(file, pathOf(key));
      if (result !== 'gone' || folder === 'must-exist') return result;
      if (attempt === CREATE_ATTEMPTS) {
        throw new StoreUnavailableError('create', key, 'its folder is removed over and over');
      }
    }
  }

  async function* stream(
    key: string,
    range?: { start: number; end: number },
    version?: ObjectVersion,
  ): AsyncGenerator<Uint8Array> {
    checkStoredKey(key);
    if (isTemporaryKey(key)) throw new ObjectMissingError(key);
    const isEmpty = range !== undefined && range.end <= range.start;
    if (isEmpty && version === undefined) return;
    try {
      await using file = await openStoreFile(plainRoot, key);
      if (file === undefined) throw new ObjectMissingError(key);
      if (version) requireVersion(key, versionOf(await file.stat({ bigint: true })), version);
      if (isEmpty) return;
      const chunks = readBlocks(file, range ?? { start: 0, end: Number.POSITIVE_INFINITY });
      yield* version ? wholeRange(key, chunks, range ?? { start: 0, end: version.bytes }, version) : chunks;
    } catch (error) {
      throw meaning('stream', key, error);
    }
  }

  return {
    async open(key) {
      checkKey(key);
      const file = await guarded('open', key, () =>
        openTemporaryFile(pathOf(key), { make: makeFolderInStore }, modes.file),
      );
      if (!file) throw new StoreUnavailableError('open', key, 'its folder cannot be created');
      return createFileUpload({ root, key, target: pathOf(key) }, file, buffers, guarded);
    },

    async abort(key, uploadId) {
      checkKey(key);
      const path = temporaryPath(pathOf(key), uploadId);
      if (!path) return;
      await guarded('abort', key, async () => {
        await removeFile(path);
        await dropEmptyFolders(root, dirname(path));
      });
    },

    async createIfAbsent(key, body, folder = 'create') {
      checkKey(key);
      return await guarded('create', key, () => create(key, body, folder));
    },

    read,

    async stat(key) {
      checkStoredKey(key);
      if (isTemporaryKey(key)) return undefined;
      return await guarded('stat', key, () => findFile(plainRoot, key));
    },

    stream,

    async *list(prefix, after = '') {
      checkPrefix(prefix);
      try {
        yield* walkFiles(root, prefix, after);
      } catch (error) {
        throw meaning('list', prefix, error);
      }
    },

    async remove(keys) {
      keys.forEach(checkStoredKey);
      for (const key of keys) await guarded('remove', key, () => removeFile(pathOf(key)));
      for (const folder of new Set(keys.map((key) => dirname(pathOf(key))))) {
        await guarded('remove', folder, () => dropEmptyFolders(root, folder));
      }
    },
  };
}

const CREATE_ATTEMPTS = 10;

async function guarded<Result>(operation: string, key: string, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    throw meaning(operation, key, error);
  }
}

/** An error of the file system (full, read-only, not allowed) means that the store has failed. */
function meaning(operation: string, key: string, error: unknown): unknown {
  if (errnoOf(error) === undefined) return error;
  return new StoreUnavailableError(operation, key, fileReasonOf(error), { cause: error });
}
