import { createHash } from 'node:crypto';
import { TokenRefusedError } from './errors.js';
import type { Scopes } from './scopes.js';

/** The client that makes a request. */
export interface Principal {
  readonly tenant: string;
  /** Names the client in the records and the audit log of its tenant. */
  readonly client: string;
  readonly scopes: Scopes;
}

/** The client of a token, as long as the token counts. */
export interface VerifiedPrincipal extends Principal {
  /** Ms since the epoch. */
  readonly expiresAt: number;
}

/** Finds out who a bearer token is of. */
export interface Authenticator {
  /** @throws TokenRefusedError; KeysUnavailableError */
  authenticate(token: string): Promise<VerifiedPrincipal>;
}

const TENANT = /^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/;

/** A tenant is a folder of the object store and a part of keys, so that not any text can be one. */
export function isTenant(text: string): boolean {
  return TENANT.test(text);
}

/** Names that are taken: of the client where nobody is told apart, of operators, and of those who have a signed URL. */
const TAKEN = ['anonymous', 'operator', 'signed-url'];

const PLAIN = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/;
const DIGEST = /^sha256-[0-9a-f]{64}$/;

/**
 * The name of a client by the id that its token has. Ids may be any text, such as URLs; one that could be confused with another
 * name, or is long, is named by its digest.
 */
export function clientName(id: string): string {
  if (PLAIN.test(id) && !DIGEST.test(id) && !TAKEN.includes(id)) return id;
  return `sha256-${createHash('sha256').update(id).digest('hex')}`;
}

/** Where a token says whose it is. */
export interface PrincipalClaims {
  /** Name of the claim with the tenant, or the tenant of everybody. */
  readonly tenant: { readonly claim: string } | { readonly fixed: string };
  /** Name of the claim with the client. Undefined: the first that there is of `client_id`, `azp` and `sub`. */
  readonly clientClaim: string | undefined;
}

const CLIENT_CLAIMS = ['client_id', 'azp', 'sub'];

/** @throws TokenRefusedError when the claims do not say whose the token is */
export function ownerOfClaims(
  claims: Readonly<Record<string, unknown>>,
  { tenant, clientClaim }: PrincipalClaims,
): Pick<Principal, 'tenant' | 'client'> {
  const names = clientClaim === undefined ? CLIENT_CLAIMS : [clientClaim];
  const client = names.map((name) => claims[name]).find(isText);
  if (client === undefined)
    throw new TokenRefusedError(`the token names no client: it has no claim ${names.join(' or ')}`);
  return { tenant: tenantOf(claims, tenant), client: clientName(client) };
}

function tenantOf(claims: Readonly<Record<string, unknown>>, from: PrincipalClaims['tenant']): string {
  if ('fixed' in from) return from.fixed;
  const tenant = claims[from.claim];
  if (isText(tenant) && isTenant(tenant)) return tenant;
  throw new TokenRefusedError(
    `the claim ${from.claim} of the token is no tenant: expected up to 63 letters, digits and hyphens`,
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** The scopes of a token: text with blanks (https://www.rfc-editor.org/rfc/rfc8693#section-4.2), or a list, as some providers write. */
export function scopeTextOf(claims: Readonly<Record<string, unknown>>): string {
  const given = claims['scope'] ?? claims['scp'];
  if (Array.isArray(given)) return given.filter(isText).join(' ');
  return isText(given) ? given : '';
}
