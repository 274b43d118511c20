import type { Clock } from '../clock.js';
import { ServerRefusedError, UnexpectedAnswerError } from '../errors.js';
import { exchange, type RequestOptions } from '../exchange.js';
import { unlessAnswered } from '../unless-answered.js';
import type { BulkOrder, KickOffRequest } from './bulk-order.js';
import { createPatience } from '../patience.js';

/** A server that has too much to do says so for minutes. */
const LIMITS = {
  firstMs: 1000,
  maxWaitMs: 5 * 60_000,
  maxAskedMs: 5 * 60_000,
  limitMs: 30 * 60_000,
};

export interface KickedOff {
  /** Absolute. */
  readonly statusUrl: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Starts a Bulk Data export. A server that is too busy is asked again; no answer at all is an error, because the export
 * may run all the same. An answer counts also when `signal` has aborted meanwhile, so that the export can be cancelled.
 *
 * @param key names this kick-off: a server that knows the header gives the same export for it again
 * @throws ServerRefusedError, ServerUnreachableError, UnexpectedAnswerError
 */
export async function kickOffBulk(
  wanted: KickOffRequest,
  options: RequestOptions & {
    readonly key: string;
    readonly handling: BulkOrder['handling'];
    readonly clock: Clock;
    readonly onFailed?: (failure: unknown) => void;
  },
): Promise<KickedOff> {
  const patience = createPatience(LIMITS, options.clock, {
    signal: options.signal,
    mayPass: isTooBusy,
    onFailed: options.onFailed,
  });
  for (;;) {
    try {
      return await ask(wanted, options);
    } catch (error) {
      await patience.failed(error);
    }
  }
}

async function ask(
  { method, url, body }: KickOffRequest,
  options: RequestOptions & { readonly key: string; readonly handling: BulkOrder['handling'] },
): Promise<KickedOff> {
  const { handling } = options;
  using request = unlessAnswered(options.signal);
  const response = await exchange(
    method,
    url,
    { ...options, signal: request.signal },
    {
      headers: {
        accept: 'application/fhir+json',
        prefer: handling === undefined ? 'respond-async' : `respond-async, handling=${handling}`,
        'idempotency-key': `"${options.key}"`,
        ...(body === undefined ? {} : { 'content-type': 'application/fhir+json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // A redirect may make a GET of a POST, which would ask for the resources of all patients.
      redirect: method === 'GET' ? 'follow' : 'manual',
    },
  );
  await response.body?.cancel();
  const location = response.headers.get('content-location');
  if (response.status !== 202 || location === null) {
    const found = `status ${response.status} ${location === null ? 'without' : 'with'} Content-Location`;
    throw new UnexpectedAnswerError(url, found, '202 with Content-Location, as a Bulk Data server answers');
  }
  return {
    statusUrl: new URL(location, response.url).href,
    headers: Object.fromEntries(response.headers),
  };
}

/** 409 with a time is of a server that still answers the first request with this key. */
function isTooBusy(failure: unknown): boolean {
  if (!(failure instanceof ServerRefusedError)) return false;
  if (failure.status === 409) return failure.retryAfterMs !== undefined;
  return failure.status === 429 || failure.status === 503;
}
