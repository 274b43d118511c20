import { ServerRefusedError, ServerUnreachableError } from './errors.js';
import { readText } from './read-text.js';

/** Options of every request of the client. */
export interface RequestOptions {
  /** Stops the request and all waiting for it. */
  readonly signal?: AbortSignal | undefined;
  /** Sent with every request, such as `Authorization`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * One HTTP request. Redirects are returned unless asked for, because 303 is an answer of the protocol; a followed
 * one loses its `Authorization` at another host (https://fetch.spec.whatwg.org/#http-redirect-fetch).
 *
 * @throws ServerRefusedError on status 400 and above, ServerUnreachableError without an answer.
 */
export async function exchange(
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  options: RequestOptions,
  request: {
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly redirect?: 'follow' | 'manual';
  } = {},
): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers: { ...request.headers, ...options.headers },
      body: request.body ?? null,
      // fetch leaves its listener on a signal until the answer is collected; one for each request goes with it.
      signal: options.signal ? AbortSignal.any([options.signal]) : null,
      redirect: request.redirect ?? 'manual',
    });
  } catch (error) {
    options.signal?.throwIfAborted();
    throw new ServerUnreachableError(method, url, error);
  }
  if (response.status < 400) return response;
  throw new ServerRefusedError({
    method,
    url,
    status: response.status,
    body: await startOf(response),
    headers: Object.fromEntries(response.headers),
  });
}

const MAX_ERROR_CHARACTERS = 100_000;

/** The status has told that the request failed. A body that breaks off, or is too long, changes nothing about that. */
export async function startOf(response: Response): Promise<string> {
  try {
    return await readText(response, MAX_ERROR_CHARACTERS);
  } catch {
    return '';
  }
}
