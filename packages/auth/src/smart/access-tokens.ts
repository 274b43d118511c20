import { randomUUID } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { TokenRefusedError } from '../errors.js';
import { reasonOf } from '../jwt/jwt-authenticator.js';
import { clientName, isTenant, scopeTextOf } from '../principal.js';
import type { Authenticator } from '../principal.js';
import { readScopes } from '../scopes.js';
import type { PurposeKeys } from '../secrets.js';
import type { RegisteredClients } from './registered-clients.js';

export interface IssueTerms {
  /** FHIR base: the server issues tokens for itself. */
  readonly baseUrl: string;
  /** Asked for each token, because secrets change. */
  readonly keys: PurposeKeys;
  readonly lifetimeSeconds: number;
  now(): number;
}

const ALGORITHM = 'HS256';
const TYPE = 'at+jwt';

/** Signs an access token. The server itself verifies it, so that nobody else needs a key. */
export async function issueToken(
  client: { readonly id: string; readonly tenant: string },
  scope: string,
  { baseUrl, keys: [signing], lifetimeSeconds, now }: IssueTerms,
): Promise<string> {
  const at = Math.floor(now() / 1000);
  return new SignJWT({ client_id: client.id, tenant: client.tenant, scope })
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: signing.id })
    .setIssuer(baseUrl)
    .setAudience(baseUrl)
    .setSubject(client.id)
    .setIssuedAt(at)
    .setExpirationTime(at + lifetimeSeconds)
    .setJti(randomUUID())
    .sign(signing.key);
}

const MOST_CHARACTERS = 16 << 10;

/** Takes the tokens that `issueToken` signs, as long as their clients are registered. */
export function ownTokenAuthenticator(
  terms: Omit<IssueTerms, 'lifetimeSeconds'>,
  clients: RegisteredClients,
): Authenticator {
  return {
    async authenticate(token) {
      if (token.length > MOST_CHARACTERS)
        throw new TokenRefusedError(`the token is longer than ${MOST_CHARACTERS} characters`);
      const { baseUrl, keys, now } = terms;
      const { payload } = await jwtVerify(
        token,
        ({ kid }) => {
          const key = keys.find(({ id }) => id === kid);
          if (key === undefined) throw new errors.JWKSNoMatchingKey();
          return key.key;
        },
        {
          issuer: baseUrl,
          audience: baseUrl,
          algorithms: [ALGORITHM],
          typ: TYPE,
          currentDate: new Date(now()),
          requiredClaims: ['exp', 'client_id', 'tenant'],
        },
      ).catch((error: unknown) => {
        throw new TokenRefusedError(reasonOf(error), { cause: error });
      });
      const id = String(payload['client_id']);
      const tenant = String(payload['tenant']);
      if (clients.get(id)?.tenant !== tenant || !isTenant(tenant))
        throw new TokenRefusedError('the client of the token is not registered any more');
      const { exp = 0 } = payload;
      return {
        tenant,
        client: clientName(id),
        scopes: readScopes(scopeTextOf(payload)),
        expiresAt: exp * 1000,
      };
    },
  };
}
