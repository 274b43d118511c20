import { decodeJwt, errors, jwtVerify } from 'jose';
import type { JWTVerifyGetKey } from 'jose';
import { KeysUnavailableError, TokenRequestError } from '../errors.js';
import type { SeenAssertions } from '../replay/seen-assertions.js';
import type { RegisteredClient, RegisteredClients } from './registered-clients.js';

/** https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html */
export const ASSERTION_ALGORITHMS = ['RS384', 'ES384'] as const;

/** An assertion must not count for longer. */
const LONGEST_SECONDS = 300;
/** Clocks differ by so much. */
const TOLERANCE_SECONDS = 15;
const MOST_CHARACTERS = 16 << 10;
const MOST_JTI_CHARACTERS = 512;

export interface AssertionTerms {
  readonly clients: RegisteredClients;
  /** Absolute. */
  readonly tokenUrl: string;
  readonly seen: SeenAssertions;
  now(): number;
}

/**
 * The client that an assertion is of. Every step is one of
 * https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html#signature-verification; the assertion is noted as
 * used last, when all else is right.
 *
 * @throws TokenRequestError `invalid_client`; KeysUnavailableError; what `seen` rejects with
 */
export async function verifyAssertion(assertion: string, terms: AssertionTerms): Promise<RegisteredClient> {
  const { clients, tokenUrl, seen, now } = terms;
  if (assertion.length > MOST_CHARACTERS) throw refused(`it is longer than ${MOST_CHARACTERS} characters`);
  const client = clients.get(issuerOf(assertion));
  // The same words as for a wrong signature: who is registered is told to nobody.
  if (client === undefined) throw refused(NOT_SIGNED);
  const { payload } = await jwtVerify(assertion, named(client), {
    issuer: client.id,
    subject: client.id,
    audience: tokenUrl,
    algorithms: [...ASSERTION_ALGORITHMS],
    typ: 'JWT',
    clockTolerance: TOLERANCE_SECONDS,
    currentDate: new Date(now()),
    requiredClaims: ['exp', 'jti'],
  }).catch(refuse);
  const { aud, exp = 0, jti } = payload;
  // Another server that it is for could use it here: https://openid.net/specs/openid-connect-core-1_0.html#ClientAuthentication
  if ([aud].flat().length !== 1) throw refused('its aud has others than this token endpoint');
  if (exp > now() / 1000 + LONGEST_SECONDS + TOLERANCE_SECONDS)
    throw refused(`its exp is more than ${LONGEST_SECONDS} seconds away`);
  if (typeof jti !== 'string' || jti === '' || jti.length > MOST_JTI_CHARACTERS)
    throw refused(`its jti is not a text of 1 to ${MOST_JTI_CHARACTERS} characters`);
  if (!(await seen.isFirst(client.id, jti, (exp + TOLERANCE_SECONDS) * 1000)))
    throw refused('its jti was used before; make a new assertion for each request');
  return client;
}

const NOT_SIGNED = 'it is not signed by a key of a registered client';

function issuerOf(assertion: string): string {
  try {
    return decodeJwt(assertion).iss ?? '';
  } catch {
    throw refused('it is no JWT');
  }
}

/** The header must say which key signed it, and may say where the keys of the client are. */
function named({ keys, keysUrl }: RegisteredClient): JWTVerifyGetKey {
  return (header, token) => {
    if (typeof header.kid !== 'string' || header.kid === '') throw refused('its header has no kid');
    if (header.jku !== undefined && header.jku !== keysUrl)
      throw refused('the jku of its header is not the address that the client is registered with');
    return keys(header, token);
  };
}

function refuse(error: unknown): never {
  if (error instanceof TokenRequestError || error instanceof KeysUnavailableError) throw error;
  throw refused(reasonOf(error), error);
}

function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'it has expired';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud') return 'its aud is not the address of this token endpoint';
    return `its ${error.claim} is missing or wrong`;
  }
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported)
    return `its alg is not one of ${ASSERTION_ALGORITHMS.join(', ')}`;
  return NOT_SIGNED;
}

function refused(why: string, cause?: unknown): TokenRequestError {
  return new TokenRequestError('invalid_client', `the client_assertion does not count: ${why}`, { cause });
}
