import fresh from 'fresh';

/**
 * Whether `If-None-Match` names the version that an ETag stands for, or any (RFC 9110, section 13.1.2).
 *
 * @param ifNoneMatch undefined when the request has none
 */
export function hasVersion(ifNoneMatch: string | undefined, etag: string): boolean {
  // `Cache-Control: no-cache` is for caches on the way. `fetch` adds it to every request that names a version.
  return fresh({ 'if-none-match': ifNoneMatch }, { etag });
}
