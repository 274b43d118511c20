import { readFile } from 'node:fs/promises';
import { backendServices, type ClientKey, type ConnectOptions, type Credentials } from '@millrace/client';
import * as z from 'zod';
import { UsageError } from './errors.js';
import type { Terminal } from './terminal.js';

/** Options by which a command logs in. What is not given, the environment may have. */
export interface Login {
  readonly clientId?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly scope?: string | undefined;
  readonly tokenUrl?: string | undefined;
}

/**
 * How a command shows a server who it is: by SMART Backend Services, by the token of `MILLRACE_TOKEN`, or not at all.
 *
 * @param server FHIR base URL
 * @throws UsageError for a key without a client, a client without a key, and a file that is no key
 */
export async function credentialsFor(
  server: string,
  login: Login,
  { env }: Pick<Terminal, 'env'>,
): Promise<Credentials> {
  const clientId = login.clientId ?? env['MILLRACE_CLIENT_ID'];
  const keyFile = login.keyFile ?? env['MILLRACE_KEY_FILE'];
  const scope = login.scope ?? env['MILLRACE_SCOPE'];
  const tokenUrl = login.tokenUrl ?? env['MILLRACE_TOKEN_URL'];
  if (clientId === undefined && keyFile === undefined) return { token: env['MILLRACE_TOKEN'] };
  if (clientId === undefined || keyFile === undefined)
    throw new UsageError(
      'a login needs both --client-id and --key; MILLRACE_CLIENT_ID and MILLRACE_KEY_FILE may have them',
    );
  const key = await readKey(keyFile);
  return { authorization: backendServices({ server, clientId, key, scope, tokenUrl }) };
}

/** The credentials as `connect` takes them. */
export function authorizationOf({ token, authorization }: Credentials): ConnectOptions['authorization'] {
  return authorization ?? (token === undefined ? undefined : `Bearer ${token}`);
}

/** FHIR base URL of the server of an export, as far as its status URL tells. */
export function baseOf(statusUrl: string): string {
  return /^(.*)\/export\/[0-9a-f]{32}\//.exec(statusUrl)?.[1] ?? new URL(statusUrl).origin;
}

/** Tells a person which login the server may accept. */
export function loginHint({ token, authorization }: Credentials): string {
  if (authorization !== undefined) return 'the server does not take the token that it gave for this client';
  return token === undefined
    ? 'MILLRACE_TOKEN may have a bearer token'
    : 'the server does not take the token of MILLRACE_TOKEN';
}

const keySchema = z.looseObject({
  kty: z.enum(['RSA', 'EC']),
  kid: z.string().min(1),
  crv: z.string().optional(),
  d: z.string().min(1),
});
const fileSchema = z.union([
  keySchema,
  z.object({ keys: z.tuple([keySchema]) }).transform(({ keys }) => keys[0]),
]);

async function readKey(file: string): Promise<ClientKey> {
  try {
    return fileSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new UsageError(
      `${file} has no private key: expected a JWK of the type RSA or EC (P-384) with kid, or a JWKS with that key alone`,
      { cause },
    );
  }
}
