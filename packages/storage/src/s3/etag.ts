/** ETags are kept without the quotes that HTTP puts around them, because servers differ in where they do. */
export function unquoted(etag: string | undefined): string {
  return etag?.replace(/^"(.*)"$/, '$1') ?? '';
}

export function quoted(etag: string): string {
  return `"${etag}"`;
}
