/** An object that has been stored completely. */
export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  /** Hex SHA-256 of the content, computed while it was written. */
  readonly sha256: string;
  /** The tag of this version of the object in the store: an ETag, or size and mtime for files. */
  readonly etag: string;
  /** The content, where it is stored in gzip; the other facts are of the stored bytes then. */
  readonly unpacked?: { readonly bytes: number; readonly sha256: string };
}

/** A part on its way. It is invisible until `commit` has resolved; dropped uncommitted, it is aborted. */
export interface Upload extends AsyncDisposable {
  /** Names the upload for `PartSink.abort` from another thread. */
  readonly id: string;
  /** Resolves when the caller may reuse the chunk: awaiting it is the back-pressure. */
  write(chunk: Uint8Array): Promise<void>;
  /**
   * Makes the object durable (fsync) and visible under its key.
   *
   * @throws UploadLostError when the upload was aborted, also from elsewhere
   * @throws ObjectExistsError when the key is taken, if the store can tell
   */
  commit(): Promise<StoredObject>;
  /** Removes what has been written. Safe to repeat, and after `commit` it does nothing. */
  abort(): Promise<void>;
}

/** Where parts are written. Keys are unique for each attempt, so nothing is ever overwritten. */
export interface PartSink {
  open(key: string): Promise<Upload>;
  /** Aborts an upload that another thread or process opened. Unknown uploads are not an error. */
  abort(key: string, uploadId: string): Promise<void>;
}

export interface ObjectEntry {
  readonly key: string;
  readonly bytes: number;
  readonly etag: string;
  readonly modifiedAt: Date;
}

/**
 * - `created`: this call stored the object.
 * - `exists`: an object was there before; it is unchanged.
 * - `gone`: the folder that must exist does not (only with `folder: 'must-exist'`, only file systems know).
 */
export type CreateResult = 'created' | 'exists' | 'gone';

/** The version that a stored object must still have when it is read, as in its `StoredObject`. */
export interface ObjectVersion {
  readonly bytes: number;
  readonly etag: string;
}

/** Small objects and downloads: requests, plans, manifests, definitions, and finished parts. */
export interface ObjectStore {
  /** Stores a small object unless there is one under the key: exactly one of any number of racers wins. */
  createIfAbsent(key: string, body: Uint8Array, folder?: 'create' | 'must-exist'): Promise<CreateResult>;
  /** Whole content of a small object; undefined when there is none. */
  read(key: string): Promise<Uint8Array | undefined>;
  stat(key: string): Promise<ObjectEntry | undefined>;
  /**
   * Content `[start, end)`, cut off at the end of the object; the whole object by default. Chunks may be kept.
   *
   * @param version what must be stored; a range then lies within its bytes
   * @throws ObjectMissingError when there is no such object
   * @throws ObjectChangedError when another version is stored, before the first chunk, also for an empty range; and
   *   when fewer bytes come than the range has
   */
  stream(
    key: string,
    range?: { readonly start: number; readonly end: number },
    version?: ObjectVersion,
  ): AsyncIterable<Uint8Array>;
  /**
   * Objects whose key starts with `prefix`, in key order, after the key `after`. Prefixes end with `/`, so that
   * `job-1/` never touches `job-10/`; the empty prefix is the whole store.
   *
   * Uploads that are not committed are listed too, under keys that end with `TEMPORARY_SUFFIX`, so that a sweep
   * can remove what a crash left. They are never read.
   */
  list(prefix: string, after?: string): AsyncIterable<ObjectEntry>;
  /** Removes objects. Missing ones are not an error. File systems also drop folders that became empty. */
  remove(keys: readonly string[]): Promise<void>;
}

export type Sink = PartSink & ObjectStore;
