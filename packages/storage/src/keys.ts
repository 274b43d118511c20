import { InvalidKeyError } from './errors.js';

/**
 * Ends the key of an upload that was never committed. Such keys are listed and removed, so that a sweep can
 * clean up after a crash, but never read, and no object can be stored under one.
 */
export const TEMPORARY_SUFFIX = '.incomplete';

/** Begins the keys of objects that only show whether the store takes objects. */
export const PROBE_PREFIX = 'probe/';

export function isTemporaryKey(key: string): boolean {
  return key.endsWith(TEMPORARY_SUFFIX);
}

/** @throws InvalidKeyError unless an object may be stored under the key in every kind of store. */
export function checkKey(key: string): void {
  if (isTemporaryKey(key)) throw new InvalidKeyError(key);
  checkStoredKey(key);
}

/**
 * Like `checkKey`, for keys that may be looked up or removed: leftovers of uploads have keys too, of any
 * length.
 */
export function checkStoredKey(key: string): void {
  const isAllowed = isTemporaryKey(key) ? hasPlainSegments(key) : isPlain(key);
  if (!isAllowed) throw new InvalidKeyError(key);
}

/** @throws InvalidKeyError unless the prefix is empty (the whole store) or names a folder and ends with `/`. */
export function checkPrefix(prefix: string): void {
  if (prefix !== '' && !(prefix.endsWith('/') && isPlain(prefix.slice(0, -1)))) {
    throw new InvalidKeyError(prefix);
  }
}

/** Order of keys in every listing: by their UTF-8 bytes, as in S3. */
export function compareKeys(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i += 1) {
    const difference = utf8Rank(a.charCodeAt(i)) - utf8Rank(b.charCodeAt(i));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Surrogates stand for characters beyond U+FFFF, so in UTF-8 they come after all others. */
function utf8Rank(codeUnit: number): number {
  if (codeUnit < 0xd800) return codeUnit;
  return codeUnit < 0xe000 ? codeUnit + 0x2000 : codeUnit - 0x800;
}

// S3 takes 1,024 bytes of key, file systems 255 bytes for each name.
const MAX_KEY_BYTES = 1024;
const MAX_SEGMENT_BYTES = 255;

// XML 1.0, in which S3 lists keys, has no control characters; UTF-8 has no lone surrogates.
const FORBIDDEN = /[\p{Cc}\p{Cs}\\]/u;

function isPlain(key: string): boolean {
  return (
    hasPlainSegments(key) &&
    Buffer.byteLength(key) <= MAX_KEY_BYTES &&
    key.split('/').every((segment) => Buffer.byteLength(segment) <= MAX_SEGMENT_BYTES)
  );
}

function hasPlainSegments(key: string): boolean {
  return !FORBIDDEN.test(key) && !key.split('/').some((segment) => ['', '.', '..'].includes(segment));
}
