import { EXPORT_STATUS_HEADER } from './declared.js';
import { ServerRefusedError } from './errors.js';
import { exchange, startOf, type RequestOptions } from './exchange.js';

/** Most characters of a manifest: one of 100,000 files takes some 20 million. */
export const MAX_MANIFEST_CHARACTERS = 256_000_000;

/**
 * Asks a status URL once. An export that was kicked off with `separate-export-status` is answered with 200, and has its
 * status in a header (https://hl7.org/fhir/uv/bulkdata/STU3/export.html#bulk-data-status-request).
 *
 * @returns the answer, and the status of the export
 * @throws ServerRefusedError on status 400 and above, ServerUnreachableError without an answer
 */
export async function pollStatus(
  url: string,
  options: RequestOptions,
  request: { readonly accept: string; readonly redirect?: 'follow' | 'manual' },
): Promise<{ readonly response: Response; readonly status: number }> {
  const { accept, redirect = 'manual' } = request;
  const response = await exchange('GET', url, options, { headers: { accept }, redirect });
  const told = /^\d{3}/.exec(response.headers.get(EXPORT_STATUS_HEADER)?.trim() ?? '')?.[0];
  const status = response.status === 200 && told !== undefined ? Number(told) : response.status;
  if (status < 400) return { response, status };
  throw new ServerRefusedError({
    method: 'GET',
    url,
    status,
    body: await startOf(response),
    headers: Object.fromEntries(response.headers),
  });
}

/** A body as JSON; undefined for text of another form. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
