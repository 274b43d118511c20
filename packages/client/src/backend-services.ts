import * as z from 'zod';
import type { Authorize } from './authorize.js';
import { SYSTEM_CLOCK, type Clock } from './clock.js';
import { LoginRefusedError, UnexpectedAnswerError } from './errors.js';
import { exchange, startOf } from './exchange.js';
import { signAssertion, type ClientKey } from './sign-assertion.js';

/** How a client gets access tokens by SMART Backend Services. */
export interface BackendServices {
  /** FHIR base URL: its `.well-known/smart-configuration` names the token endpoint. */
  readonly server: string;
  /** As it is registered there. */
  readonly clientId: string;
  /** Its private key, P-384 or RSA, as a JWK. The public one is registered there, with the same `kid`. */
  readonly key: ClientKey;
  /** Scopes that it asks for, separated by blanks; by default `system/*.rs`. */
  readonly scope?: string | undefined;
  /** Token endpoint, where the server names none. */
  readonly tokenUrl?: string | undefined;
  /** In place of the `fetch` of the platform. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  readonly clock?: Clock | undefined;
}

const DEFAULT_SCOPE = 'system/*.rs';
/** A request with a token may take so long to arrive. */
const EARLY_MS = 30_000;
/** A token is not replaced again so soon. */
const NEW_MS = 5_000;
/** Where a server does not say how long a token counts. */
const DEFAULT_SECONDS = 60;

const configurationSchema = z.object({ token_endpoint: z.string() });
const tokenSchema = z.object({
  access_token: z.string().min(1),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.coerce.number().positive().optional(),
});
const errorSchema = z.object({ error: z.string(), error_description: z.string().optional() });

/**
 * Gives requests access tokens that it gets by SMART Backend Services: one for all requests until shortly before it expires, and
 * another one where a server refuses it.
 * https://hl7.org/fhir/smart-app-launch/backend-services.html
 *
 * @returns a value for the option `authorization`. It rejects with LoginRefusedError where the server gives no token;
 *   ServerRefusedError, ServerUnreachableError, UnexpectedAnswerError
 */
export function backendServices(options: BackendServices): Authorize {
  const { clock = SYSTEM_CLOCK } = options;
  let endpoint: Promise<string> | undefined;
  let getting: Promise<Token> | undefined;
  let token: Token | undefined;

  async function get(): Promise<Token> {
    try {
      endpoint ??= tokenEndpoint(options);
      token = await askForToken(await endpoint, options, clock);
      return token;
    } catch (error) {
      endpoint = undefined;
      throw error;
    } finally {
      getting = undefined;
    }
  }

  return async ({ isRefused }) => {
    const now = clock.now();
    // Several requests may have been sent with a token that was replaced since: they are sent again with its successor.
    const isNew = token !== undefined && now - token.gotAt < NEW_MS;
    if (token !== undefined && now < token.until && (!isRefused || isNew)) return `Bearer ${token.value}`;
    getting ??= get();
    return `Bearer ${(await getting).value}`;
  };
}

interface Token {
  readonly value: string;
  /** Ms since the epoch. */
  readonly gotAt: number;
  readonly until: number;
}

async function tokenEndpoint({ server, tokenUrl, fetch }: BackendServices): Promise<string> {
  if (tokenUrl !== undefined) return tokenUrl;
  const url = `${server.replace(/\/+$/, '')}/.well-known/smart-configuration`;
  const response = await exchange('GET', url, { fetch }, { headers: { Accept: 'application/json' } });
  const found = configurationSchema.safeParse(jsonOf(await startOf(response))).data?.token_endpoint;
  const isSafe =
    found !== undefined &&
    URL.canParse(found) &&
    (new URL(found).protocol === 'https:' || new URL(found).origin === new URL(server).origin);
  if (isSafe) return found;
  throw new UnexpectedAnswerError(
    url,
    'no token_endpoint that is an https:// address',
    'one, or the option tokenUrl',
  );
}

async function askForToken(
  url: string,
  { clientId, key, scope = DEFAULT_SCOPE, fetch }: BackendServices,
  clock: Clock,
): Promise<Token> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    scope,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await signAssertion({ clientId, audience: url, key, now: clock.now() }),
  }).toString();
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' };
  const response = await exchange('POST', url, { fetch }, { headers, body, takesErrors: true });
  const answer = jsonOf(await startOf(response));
  if (response.status === 400 || response.status === 401) {
    const { error = String(response.status), error_description } = errorSchema.safeParse(answer).data ?? {};
    throw new LoginRefusedError(url, error, error_description);
  }
  const given = tokenSchema.safeParse(answer).data;
  if (response.status !== 200 || given === undefined)
    throw new UnexpectedAnswerError(url, `${response.status} and no access token`, 'a bearer token');
  const seconds = given.expires_in ?? DEFAULT_SECONDS;
  const gotAt = clock.now();
  return {
    value: given.access_token,
    gotAt,
    until: gotAt + Math.max(seconds * 500, seconds * 1000 - EARLY_MS),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
