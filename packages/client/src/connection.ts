import { accessToken, type Credentials } from './access-token.js';
import type { Authorize } from './authorize.js';
import type { PatientOptions } from './ask-patiently.js';
import { SYSTEM_CLOCK, type Clock } from './clock.js';
import type { OnFailed } from './patience.js';

/** How a client reaches its server. */
export interface ConnectOptions {
  /**
   * The value of `Authorization`, such as `Bearer abc`, or a function that gives it for each request. It goes to the origin of
   * the server, and of `trusted`, and to no other.
   */
  readonly authorization?: string | Authorize | undefined;
  /** URLs of other places that may see it, such as a server of files. */
  readonly trusted?: readonly string[] | undefined;
  /** In place of the `fetch` of the platform, and of the requests of Node by which files are fetched. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /**
   * Most milliseconds for which something is tried again that fails for a reason that passes; 0 for never. By default a minute
   * for a request, ten for a file, half an hour for an export.
   */
  readonly patienceMs?: number | undefined;
  /** Hears of failures after which something is tried again. */
  readonly onRetry?: OnFailed | undefined;
  readonly clock?: Clock | undefined;
}

export interface CallOptions {
  /** Stops what the call does, and all waiting for it. */
  readonly signal?: AbortSignal | undefined;
}

/** The settings that the verbs of a client share. */
export interface Connection {
  /** FHIR base URL, without a last slash. */
  readonly server: string;
  readonly clock: Clock;
  readonly patienceMs: number | undefined;
  readonly onRetry: OnFailed | undefined;
  readonly credentials: Credentials;
  /** Options of a request of a call. */
  requestOf(call: CallOptions): PatientOptions;
}

/** @throws TypeError when the server is no http or https URL, or has a query or credentials */
export function connectionTo(server: string, options: ConnectOptions): Connection {
  const { authorization: given, trusted, fetch, patienceMs, onRetry, clock = SYSTEM_CLOCK } = options;
  const base = URL.canParse(server) ? new URL(server) : undefined;
  if (base === undefined || !/^https?:$/.test(base.protocol) || base.search !== '' || base.hash !== '')
    throw new TypeError(`${JSON.stringify(server)} is no FHIR base URL, such as https://example.org/fhir`);
  // Errors have URLs in their messages, and `fetch` takes none with credentials.
  if (base.username !== '' || base.password !== '')
    throw new TypeError(
      'the FHIR base URL has a name or password in it; give them by the option authorization',
    );
  const authorization = typeof given === 'string' ? () => given : given;
  const credentials: Credentials = { authorization, tokenOrigins: trusted, fetch };
  const { request } = accessToken(credentials, base.href);
  return {
    server: base.href.replace(/\/+$/, ''),
    clock,
    patienceMs,
    onRetry,
    credentials,
    requestOf: ({ signal }) => ({ ...request, signal, clock, patienceMs, onFailed: onRetry }),
  };
}
