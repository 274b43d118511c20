import { createHash, randomUUID } from 'node:crypto';
import { compareKeys } from './key-order.js';

export interface S3Object {
  readonly content: Buffer;
  /** Quoted, as in HTTP. */
  readonly etag: string;
  readonly modifiedAt: Date;
  /** Headers that say how it is encrypted, given back with it. */
  readonly encryption: Readonly<Record<string, string>>;
}

export interface OpenUpload {
  readonly id: string;
  readonly key: string;
  readonly initiatedAt: Date;
  readonly encryption: Readonly<Record<string, string>>;
  readonly parts: Map<number, { readonly content: Buffer; readonly etag: string }>;
}

/** The content of a bucket. Every change is made in one go, so that requests see all of it or nothing. */
export interface BucketContent {
  readonly objects: ReadonlyMap<string, S3Object>;
  readonly uploads: Map<string, OpenUpload>;
  /** Of a bucket that keeps versions: all versions of each key, the newest first. An id is that of one version. */
  readonly versions:
    | ReadonlyMap<string, readonly { readonly id: string; readonly object: S3Object }[]>
    | undefined;
  put(key: string, object: S3Object): void;
  remove(key: string): void;
  /** In the order of their UTF-8 bytes. */
  sortedKeys(): readonly string[];
}

export function createBucketContent(keepsVersions = false): BucketContent {
  const objects = new Map<string, S3Object>();
  const versions = new Map<string, { readonly id: string; readonly object: S3Object }[]>();
  let sorted: string[] | undefined;
  return {
    objects,
    uploads: new Map(),
    versions: keepsVersions ? versions : undefined,
    put(key, object) {
      if (keepsVersions) versions.set(key, [{ id: randomUUID(), object }, ...(versions.get(key) ?? [])]);
      if (!objects.has(key)) sorted = undefined;
      objects.set(key, object);
    },
    remove(key) {
      if (objects.delete(key)) sorted = undefined;
    },
    sortedKeys: () => (sorted ??= [...objects.keys()].sort(compareKeys)),
  };
}

/** An object as one request stores it. */
export function objectOf(content: Buffer, encryption: S3Object['encryption'] = {}): S3Object {
  return { content, etag: `"${md5(content)}"`, modifiedAt: timeOfChange(), encryption };
}

export function md5(content: Uint8Array): string {
  return createHash('md5').update(content).digest('hex');
}

/** Real servers keep whole seconds. */
export function timeOfChange(): Date {
  return new Date(Math.floor(Date.now() / 1000) * 1000);
}
