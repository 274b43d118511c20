import { readFile } from 'node:fs/promises';
import { refusalSchema } from '@millrace/protocol/admin';
import { CommandFailedError } from '../errors.js';

export interface OperationsServer {
  /** `http://host:port` of an API's operations listener. */
  readonly url: string;
  /** How the URL was found. */
  readonly how: string;
  readonly tokenFile?: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Asks the operations listener. `path` is below `/admin/`.
 *
 * @throws CommandFailedError with what the server says, or that it cannot be reached; for a token that no header can carry
 */
export async function askOperations(
  server: OperationsServer,
  path: string,
  method: 'GET' | 'POST' | 'DELETE' = 'GET',
): Promise<unknown> {
  const token = server.tokenFile === undefined ? undefined : await readToken(server.tokenFile);
  const headers = {
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    ...(method === 'GET' ? {} : { 'Content-Type': 'application/json' }),
  };
  const url = `${server.url.replace(/\/+$/, '')}/admin/${path}`;
  const body = method === 'GET' ? null : '{}';
  const response = await fetch(url, { method, headers, body, signal: server.signal }).catch(
    (error: unknown) => {
      if (server.signal.aborted) throw error;
      throw new CommandFailedError(
        `no API answers at ${server.url}; ${server.how}. Give --operations URL; the log of an API and millrace up print it`,
        { cause: error },
      );
    },
  );
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer;
  const { data } = refusalSchema.safeParse(answer);
  // The server tells how HTTP carries the token; here a file does.
  const advice = response.status === 401 ? '. Give its file with --token-file FILE' : '';
  throw new CommandFailedError(
    `the server answered ${response.status}: ${data?.error ?? response.statusText}${advice}`,
  );
}

async function readToken(file: string): Promise<string> {
  const token = (await readFile(file, 'utf8')).trim();
  if (/^[\x21-\x7E]+$/.test(token)) return token;
  throw new CommandFailedError(`${file} must hold one token of visible ASCII characters`);
}
