import { authorizationFor, type Authorize } from './authorize.js';
import { ServerRefusedError, ServerUnreachableError, UnexpectedAnswerError } from './errors.js';
import { readText } from './read-text.js';

/** Options of every request of the client. */
export interface RequestOptions {
  /** Stops the request and all waiting for it. */
  readonly signal?: AbortSignal | undefined;
  /** Sent with every request, to every origin. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Gives `Authorization`, once more if the server answers 401 to it. */
  readonly authorization?: Authorize | undefined;
  /** In place of the `fetch` of the platform. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/**
 * One HTTP request. Redirects are returned unless asked for, because 303 is an answer of the protocol; a followed
 * one loses its `Authorization` at another host (https://fetch.spec.whatwg.org/#http-redirect-fetch).
 *
 * @throws ServerRefusedError on status 400 and above, ServerUnreachableError without an answer; what `authorization` rejects
 *   with passes through; TypeError for what is no URL
 */
export async function exchange(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  options: RequestOptions,
  request: {
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly redirect?: 'follow' | 'manual';
    /** Whether an error status is an answer like others. */
    readonly takesErrors?: true;
  } = {},
): Promise<Response> {
  if (!URL.canParse(url))
    throw new TypeError(`${JSON.stringify(url)} is no URL, such as https://example.org/fhir`);
  const { signal, authorization, fetch = globalThis.fetch } = options;
  const send = async (value: string | undefined): Promise<Response> => {
    signal?.throwIfAborted();
    const own = value === undefined ? {} : { authorization: value };
    try {
      return await fetch(url, {
        method,
        headers: { ...request.headers, ...options.headers, ...own },
        body: request.body ?? null,
        // fetch leaves its listener on a signal until the answer is collected; one for each request goes with it.
        signal: signal ? AbortSignal.any([signal]) : null,
        redirect: request.redirect ?? 'manual',
      });
    } catch (error) {
      signal?.throwIfAborted();
      if (isRedirectLoop(error))
        throw new UnexpectedAnswerError(url, 'redirects without an end', 'an answer');
      throw new ServerUnreachableError(method, url, error);
    }
  };
  const value = await authorizationFor(authorization, { url, isRefused: false }, signal);
  let response = await send(value);
  if (response.status === 401 && value !== undefined) {
    const other = await authorizationFor(authorization, { url, isRefused: true }, signal);
    if (other !== undefined && other !== value) {
      await response.body?.cancel();
      response = await send(other);
    }
  }
  if (response.status < 400 || request.takesErrors === true) return response;
  throw new ServerRefusedError({
    method,
    url,
    status: response.status,
    body: await startOf(response),
    headers: Object.fromEntries(response.headers),
  });
}

const MAX_ERROR_CHARACTERS = 1_000_000;

/** The status has told that the request failed. A body that breaks off, or is too long, changes nothing about that. */
export async function startOf(response: Response): Promise<string> {
  try {
    return await readText(response, MAX_ERROR_CHARACTERS);
  } catch {
    return '';
  }
}

/** They do not pass by waiting. Platforms that say it otherwise are asked again for a while. */
function isRedirectLoop(error: unknown): boolean {
  const { cause } = error as { readonly cause?: { readonly message?: unknown } };
  return cause?.message === 'redirect count exceeded';
}
