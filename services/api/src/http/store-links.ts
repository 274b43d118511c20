import type { ContentCoding } from '@millrace/protocol';
import { openDownloadLinks } from '@millrace/storage';
import type { CommittedObjects, CommittedVersion, DownloadLinks, SinkConfig } from '@millrace/storage';
import type { Request } from 'express';

/** Sends clients to the store for files. */
export interface StoreLinks {
  readonly links: DownloadLinks;
  /** Longest life of a link. */
  readonly lifetimeMs: number;
  /** In ms since the epoch. */
  readonly now: () => number;
}

/** @returns undefined where the API sends files itself */
export function composeStoreLinks(
  {
    by,
    linkLifetimeMs,
    publicEndpoint,
  }: {
    readonly by: 'stream' | 'redirect';
    readonly linkLifetimeMs: number;
    readonly publicEndpoint: string | undefined;
  },
  out: SinkConfig,
): StoreLinks | undefined {
  const links = by === 'redirect' ? openDownloadLinks(out, publicEndpoint) : undefined;
  return links && { links, lifetimeMs: linkLifetimeMs, now: Date.now };
}

/** The conditions that the API compares with its own tags, which the store does not know. */
const CONDITIONS = ['If-Match', 'If-None-Match', 'If-Range'];

/**
 * An address at which the store sends a file itself. It ends with the export at the latest.
 *
 * @param expiresAt end of the export, in ms since the epoch; undefined while it runs
 * @returns undefined where the API has to answer: HEAD, which a link for GET does not allow, conditions, clients that do not take
 *   the file as it is stored, and the last second of an export
 * @throws ObjectChangedError, ObjectMissingError when the stored file is not the committed one
 */
export async function storeLink(
  request: Request,
  file: CommittedVersion & { readonly key: string; readonly unpacked?: object | undefined },
  headers: Readonly<Record<string, string>>,
  codings: readonly ContentCoding[],
  expiresAt: number | undefined,
  objects: CommittedObjects,
  { links, lifetimeMs, now }: StoreLinks,
): Promise<string | undefined> {
  const isPlain = request.method === 'GET' && !CONDITIONS.some((name) => request.get(name) !== undefined);
  const remainingMs = Math.min(lifetimeMs, expiresAt === undefined ? lifetimeMs : expiresAt - now());
  const seconds = Math.floor(remainingMs / 1000);
  const form = file.unpacked === undefined ? 'identity' : 'gzip';
  if (!isPlain || !codings.includes(form) || seconds < 1) return undefined;
  // An empty range is compared with the committed version like any other.
  await objects.stream(file.key, { start: 0, end: 0 }, file)[Symbol.asyncIterator]().next();
  return links.linkTo(file.key, seconds, {
    contentType: headers['Content-Type'] ?? 'application/octet-stream',
    contentDisposition: headers['Content-Disposition'] ?? 'attachment',
    ...(form === 'gzip' ? { contentEncoding: 'gzip' } : {}),
  });
}
