/**
 * Milliseconds that a `Retry-After` header asks for: seconds or an HTTP date
 * (https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3). Undefined when it is absent or malformed.
 */
export function retryAfterMs(header: string | null, now: Date): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}

/**
 * Milliseconds until a quota is renewed, as `RateLimit: "requests";r=0;t=60` says it; some servers send it in place of
 * `Retry-After` (https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/). Undefined when it does not.
 */
export function rateLimitMs(header: string | undefined): number | undefined {
  let most: number | undefined;
  for (const [, seconds] of (header ?? '').matchAll(/;\s*t=(\d{1,9})(?=\s*(?:[;,]|$))/g))
    most = Math.max(most ?? 0, Number(seconds) * 1000);
  return most;
}
