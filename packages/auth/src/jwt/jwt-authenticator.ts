import { errors, jwtVerify } from 'jose';
import type { JWTVerifyGetKey } from 'jose';
import { KeysUnavailableError, TokenRefusedError } from '../errors.js';
import { ownerOfClaims, scopeTextOf } from '../principal.js';
import type { Authenticator, PrincipalClaims } from '../principal.js';
import { readScopes } from '../scopes.js';

/** Algorithms with public keys. A secret that a provider and this server share is not among them, and `none` is no algorithm. */
export const TOKEN_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
] as const;

export interface JwtTerms extends PrincipalClaims {
  readonly issuer: string;
  readonly audience: string;
  readonly algorithms: readonly string[];
  readonly toleranceSeconds: number;
  readonly keys: JWTVerifyGetKey;
}

/** A token is parsed before its signature is verified. */
const MOST_CHARACTERS = 16 << 10;

/** Takes access tokens that an identity provider has signed. https://www.rfc-editor.org/rfc/rfc9068 */
export function jwtAuthenticator(terms: JwtTerms): Authenticator {
  const { issuer, audience, algorithms, toleranceSeconds, keys } = terms;
  return {
    async authenticate(token) {
      if (token.length > MOST_CHARACTERS)
        throw new TokenRefusedError(`the token is longer than ${MOST_CHARACTERS} characters`);
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms: [...algorithms],
        clockTolerance: toleranceSeconds,
        requiredClaims: ['exp', 'iss', 'aud'],
      }).catch(refuse);
      const { exp = 0 } = payload;
      return {
        ...ownerOfClaims(payload, terms),
        scopes: readScopes(scopeTextOf(payload)),
        expiresAt: exp * 1000,
      };
    },
  };
}

/** @throws TokenRefusedError with the reason, which never has a value of the token */
function refuse(error: unknown): never {
  if (error instanceof KeysUnavailableError) throw error;
  throw new TokenRefusedError(reasonOf(error), { cause: error });
}

export function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'the token has expired';
  if (error instanceof errors.JWTClaimValidationFailed) {
    const claims: Readonly<Record<string, string>> = {
      iss: 'the token is of another issuer',
      aud: 'the token is for another audience',
      nbf: 'the token does not count yet',
    };
    return claims[error.claim] ?? `the claim ${error.claim} of the token is missing or wrong`;
  }
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported)
    return 'the token is signed by an algorithm that is not allowed here';
  if (error instanceof errors.JWKSNoMatchingKey)
    return 'the token is signed by a key that its issuer does not have';
  if (error instanceof errors.JWKSMultipleMatchingKeys)
    return 'the token does not say which key of its issuer it is signed by';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'the signature of the token is wrong';
  return 'the token is no signed JWT';
}
