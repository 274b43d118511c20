import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { authorizationFor, type Authorize } from '../authorize.js';
import { ServerRefusedError, ServerUnreachableError, UnexpectedAnswerError } from '../errors.js';

/** The answer to the request of a file: its bytes as they are on the wire. */
export interface OpenedDownload {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: IncomingMessage;
}

export interface OpenOptions {
  readonly signal: AbortSignal | undefined;
  /** Gives `Authorization`, once more if the server answers 401 to it. */
  readonly authorization?: Authorize | undefined;
}

const MAX_REDIRECTS = 5;
const MAX_ERROR_BYTES = 100_000;
/** A connection over which nothing comes for so long is given up. Some servers make a file when it is asked for. */
const IDLE_MS = 5 * 60_000;

/**
 * Requests a file. `fetch` would unpack its body and take a packed one that is cut for a whole one, so that neither its
 * length nor the place where it broke off would be known.
 *
 * @throws ServerRefusedError, ServerUnreachableError
 */
export async function openDownload(
  url: string,
  headers: Readonly<Record<string, string>>,
  { signal, authorization }: OpenOptions,
): Promise<OpenedDownload> {
  let at = new URL(url);
  let sent = headers;
  let authorize = authorization;
  for (let redirects = 0; ; redirects += 1) {
    const { status, location, ...opened } = await getAs(authorize, at, sent, signal);
    if (status < 300 || location === undefined) return { status, ...opened };
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
  authorize: Authorize | undefined,
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): ReturnType<typeof get> {
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

async function get(
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<OpenedDownload & { readonly location: string | undefined }> {
  const body = await respond(url, headers, signal);
  const status = body.statusCode ?? 0;
  const received = textHeaders(body);
  if (status >= 400) {
    throw new ServerRefusedError({
      method: 'GET',
      url: url.href,
      status,
      body: await startOf(body),
      headers: received,
    });
  }
  return { status, headers: received, body, location: received['location'] };
}

function respond(
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const request = send(url, { headers: { ...headers }, ...(signal ? { signal } : {}) }, resolve);
    request.setTimeout(IDLE_MS, () => request.destroy(new Error(`nothing came for ${IDLE_MS / 1000} s`)));
    request.on('error', (error) => {
      reject(signal?.aborted ? (signal.reason as Error) : new ServerUnreachableError('GET', url.href, error));
    });
    request.end();
  });
}

/** The status has told that the request failed. A body that breaks off, or is too long, changes nothing about that. */
async function startOf(body: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      // A message without encoding gives Buffers.
      chunks.push(chunk as Buffer);
      bytes += (chunk as Buffer).length;
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
