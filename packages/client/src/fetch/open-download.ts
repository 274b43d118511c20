import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Readable } from 'node:stream';
import { authorizationFor, type Authorize } from '../authorize.js';
import { ServerRefusedError, ServerUnreachableError, UnexpectedAnswerError } from '../errors.js';

/** The answer to the request of a file: its bytes as they are on the wire. */
export interface OpenedDownload {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Of Buffers, or of other arrays of bytes. */
  readonly body: Readable;
}

export interface OpenOptions {
  readonly signal: AbortSignal | undefined;
  /** Gives `Authorization`, once more if the server answers 401 to it. */
  readonly authorization?: Authorize | undefined;
  /** In place of the requests of Node. Files are asked for unpacked, and a packed one is refused. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

const MAX_REDIRECTS = 5;
const MAX_ERROR_BYTES = 100_000;
/** A connection over which nothing comes for so long is given up. Some servers make a file when it is asked for. */
const IDLE_MS = 5 * 60_000;

/** The request of one address. Redirects are answers of it. */
type Get = (
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
) => Promise<OpenedDownload>;

/**
 * Requests a file. `fetch` would unpack its body and take a packed one that is cut for a whole one, so that neither its
 * length nor the place where it broke off would be known. Where a caller has a `fetch` of its own, the file comes unpacked.
 *
 * @throws ServerRefusedError, ServerUnreachableError
 */
export async function openDownload(
  url: string,
  headers: Readonly<Record<string, string>>,
  { signal, authorization, fetch }: OpenOptions,
): Promise<OpenedDownload> {
  const get = fetch === undefined ? respond : fetchedBy(fetch);
  let at = new URL(url);
  let sent = headers;
  let authorize = authorization;
  for (let redirects = 0; ; redirects += 1) {
    const opened = await getAs((...of) => unlessRefused(get, ...of), authorize, at, sent, signal);
    const { status } = opened;
    const { location } = opened.headers;
    if (status < 300 || location === undefined) return opened;
    opened.body.destroy();
    if (redirects === MAX_REDIRECTS)
      throw new UnexpectedAnswerError(url, `more than ${redirects} redirects`, 'a file');
    const target = URL.canParse(location, at.href) ? new URL(location, at) : undefined;
    if (target === undefined || !/^https?:$/.test(target.protocol))
      throw new UnexpectedAnswerError(at.href, `a redirect to ${JSON.stringify(location)}`, 'an http URL');
    // Another origin must not see the token.
    if (target.origin !== at.origin) {
      sent = withoutAuthorization(sent);
      authorize = undefined;
    }
    at = target;
  }
}

async function getAs(
  get: Get,
  authorize: Authorize | undefined,
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<OpenedDownload> {
  const { href } = url;
  const value = await authorizationFor(authorize, { url: href, isRefused: false }, signal);
  if (value === undefined) return get(url, headers, signal);
  try {
    return await get(url, { ...headers, authorization: value }, signal);
  } catch (error) {
    if (!(error instanceof ServerRefusedError) || error.status !== 401) throw error;
    const other = await authorizationFor(authorize, { url: href, isRefused: true }, signal);
    if (other === undefined || other === value) throw error;
    return get(url, { ...headers, authorization: other }, signal);
  }
}

async function unlessRefused(get: Get, url: URL, ...request: Rest): Promise<OpenedDownload> {
  const opened = await get(url, ...request);
  const { status, headers, body } = opened;
  if (status < 400) return opened;
  throw new ServerRefusedError({ method: 'GET', url: url.href, status, body: await startOf(body), headers });
}

type Rest = Parameters<Get> extends [URL, ...infer Others] ? Others : never;

function respond(...[url, headers, signal]: Parameters<Get>): Promise<OpenedDownload> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const request = send(url, { headers: { ...headers }, ...(signal ? { signal } : {}) }, (body) =>
      resolve({ status: body.statusCode ?? 0, headers: textHeaders(body), body }),
    );
    request.setTimeout(IDLE_MS, () => request.destroy(new Error(`nothing came for ${IDLE_MS / 1000} s`)));
    request.on('error', (error) => {
      reject(signal?.aborted ? (signal.reason as Error) : new ServerUnreachableError('GET', url.href, error));
    });
    request.end();
  });
}

/** The bytes of a packed body would be unpacked by now, and those of one that was cut could not be told from a whole one. */
function fetchedBy(fetch: typeof globalThis.fetch): Get {
  return async (url, headers, signal) => {
    const request = { headers: { ...headers, 'accept-encoding': 'identity' }, redirect: 'manual' } as const;
    const response = await fetch(url.href, { ...request, signal: signal ?? null }).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw new ServerUnreachableError('GET', url.href, error);
    });
    const { status, body } = response;
    const encoding = response.headers.get('content-encoding');
    if (status < 300 && encoding !== null && encoding !== 'identity') {
      await body?.cancel();
      throw new UnexpectedAnswerError(
        url.href,
        `Content-Encoding: ${encoding}`,
        'a file that is not packed, as was asked for',
      );
    }
    return {
      status,
      headers: Object.fromEntries(response.headers),
      body: body === null ? Readable.from([]) : Readable.fromWeb(body),
    };
  };
}

/** The status has told that the request failed. A body that breaks off, or is too long, changes nothing about that. */
async function startOf(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      const part = Buffer.from(chunk as Uint8Array);
      chunks.push(part);
      bytes += part.length;
      if (bytes > MAX_ERROR_BYTES) break;
    }
  } catch {
    return '';
  }
  return Buffer.concat(chunks).toString('utf8');
}

function textHeaders({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}

function withoutAuthorization(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'authorization'),
  );
}
