import { absoluteUrl } from '../absolute-url.js';
import { askForExport, type AskOptions } from '../ask-for-export.js';
import { UnexpectedAnswerError } from '../errors.js';
import { exchange, type RequestOptions } from '../exchange.js';
import type { BulkOrder, KickOffRequest } from './bulk-order.js';

export interface KickedOff {
  /** Absolute. */
  readonly statusUrl: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Starts a Bulk Data export. A server that is too busy, or that does not answer, is asked again (`askForExport`).
 *
 * @param key names this kick-off: a server that knows the header gives the same export for it again
 * @throws UnansweredKickOffError, ServerRefusedError, ServerUnreachableError, UnexpectedAnswerError
 */
export async function kickOffBulk(
  wanted: KickOffRequest,
  options: RequestOptions & AskOptions & { readonly key: string; readonly handling: BulkOrder['handling'] },
): Promise<KickedOff> {
  return askForExport((signal) => ask(wanted, { ...options, signal }), options);
}

async function ask(
  { method, url, body }: KickOffRequest,
  options: RequestOptions & { readonly key: string; readonly handling: BulkOrder['handling'] },
): Promise<KickedOff> {
  const { handling } = options;
  const response = await exchange(method, url, options, {
    headers: {
      accept: 'application/fhir+json',
      prefer: handling === undefined ? 'respond-async' : `respond-async, handling=${handling}`,
      'idempotency-key': `"${options.key}"`,
      ...(body === undefined ? {} : { 'content-type': 'application/fhir+json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    // A redirect may make a GET of a POST, which would ask for the resources of all patients.
    redirect: method === 'GET' ? 'follow' : 'manual',
  });
  await response.body?.cancel();
  const location = response.headers.get('content-location');
  if (response.status !== 202 || location === null) {
    const found = `status ${response.status} ${location === null ? 'without' : 'with'} Content-Location`;
    throw new UnexpectedAnswerError(url, found, '202 with Content-Location, as a Bulk Data server answers');
  }
  return {
    statusUrl: absoluteUrl(location, response.url === '' ? url : response.url),
    headers: Object.fromEntries(response.headers),
  };
}
