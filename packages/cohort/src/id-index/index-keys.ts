import { createHash } from 'node:crypto';
import type { PinnedInput, Source } from '@millrace/storage';

/** Types whose ids are indexed: a kick-off asks for no others. */
export const INDEXED_TYPES = ['Patient', 'Group'] as const;
export type IndexedType = (typeof INDEXED_TYPES)[number];

/** The version of the content of indexes. Another one has other keys, so that versions live side by side. */
export const INDEX_SCHEMA_VERSION = 1;

/** Where all indexes are. No tenant has a name that begins with `_`, so that sweepers of exports pass them over. */
export const INDEX_FOLDER = '_ids/';

/** One file as it was when it was listed: the smallest thing that is indexed. */
export interface IndexedInput {
  readonly source: Pick<Source, 'name'>;
  readonly resourceType: IndexedType;
  readonly input: PinnedInput;
}

/**
 * Names what an index is of: a changed file has another pin, and so another index.
 *
 * @returns 40 hex digits
 */
export function pinOf({ source, resourceType, input }: IndexedInput): string {
  const { key, bytes, compression, version } = input;
  const facts = JSON.stringify([source.name, resourceType, key, bytes, compression, version]);
  return createHash('sha256').update(facts).digest('hex').slice(0, 40);
}

/** `_ids/v1/{pin}/index` */
export function indexKey(of: IndexedInput): string {
  return `${indexPrefix(of)}index`;
}

/** `_ids/v1/{pin}/`: everything of one index. */
export function indexPrefix(of: IndexedInput): string {
  return `${INDEX_FOLDER}v${INDEX_SCHEMA_VERSION}/${pinOf(of)}/`;
}

/** `_ids/v1/{pin}/run-{n}`: a part of an index that is being built. */
export function runKey(of: IndexedInput, run: number): string {
  return `${indexPrefix(of)}run-${run}`;
}

/** An object below `INDEX_FOLDER`. */
export interface IndexObjectName {
  readonly schemaVersion: number;
  /** The folder of its index, as `indexPrefix` gives it. */
  readonly prefix: string;
  readonly isIndex: boolean;
}

/** Undefined for the key of something else. */
export function readIndexKey(key: string): IndexObjectName | undefined {
  const match = /^(_ids\/v(\d{1,6})\/[0-9a-f]{40}\/)(.+)$/.exec(key);
  if (match === null) return undefined;
  const [, prefix = '', version, name] = match;
  return { schemaVersion: Number(version), prefix, isIndex: name === 'index' };
}
