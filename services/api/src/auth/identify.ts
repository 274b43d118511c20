import { ALL_SCOPES, ScopeRefusedError, TokenRefusedError } from '@millrace/auth';
import type { Authenticator, Principal, Tenants } from '@millrace/auth';
import type { Request, RequestHandler, Response } from 'express';
import { isLoopback } from './auth-section.js';

/** Finds out who makes a request. */
export interface Identification {
  /** @throws TokenRefusedError; ScopeRefusedError for a tenant that is not known; KeysUnavailableError */
  identify(request: Pick<Request, 'get' | 'rawHeaders' | 'secure'>): Promise<Principal>;
}

/** For a deployment that does not tell clients apart. */
export function anonymous(tenant: string): Identification {
  const principal = { tenant, client: 'anonymous', scopes: ALL_SCOPES };
  return { identify: () => Promise.resolve(principal) };
}

/** https://www.rfc-editor.org/rfc/rfc6750#section-2.1 */
const BEARER = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i;

/**
 * By the bearer token of a request.
 *
 * @param baseUrl FHIR base, as clients are told
 * @param tenants undefined: tokens name no other than the only one
 */
export function byToken(
  authenticator: Authenticator,
  baseUrl: string,
  tenants: Tenants | undefined,
): Identification {
  return {
    async identify(request) {
      const header = request.get('Authorization');
      if (header === undefined)
        throw new TokenRefusedError('send an access token in the header Authorization, as Bearer', {
          isMissing: true,
        });
      // Node keeps the first one, and a proxy may have looked at another.
      if (request.rawHeaders.filter((name, at) => at % 2 === 0 && /^authorization$/i.test(name)).length > 1)
        throw new TokenRefusedError('the header Authorization is there twice: send one token');
      // A token that anybody on the way could read is no proof of who sends it.
      if (!isSecret(request, baseUrl))
        throw new TokenRefusedError(
          'tokens are taken over HTTPS only; a proxy that takes HTTPS must be in TRUSTED_PROXIES and send X-Forwarded-Proto',
        );
      const [, token] = BEARER.exec(header) ?? [];
      if (token === undefined)
        throw new TokenRefusedError(
          'the header Authorization has no bearer token: expected "Bearer " and a token',
        );
      const { tenant, client, scopes } = await authenticator.authenticate(token);
      if (tenants !== undefined && !tenants.has(tenant))
        throw new ScopeRefusedError('the tenant of the token has nothing here', '');
      return { tenant, client, scopes };
    },
  };
}

/** Whether nobody on the way reads what a client and this server tell each other. */
export function isSecret(request: Pick<Request, 'secure'>, baseUrl: string): boolean {
  return request.secure || isLoopback(new URL(baseUrl).hostname);
}

type Identity = { readonly principal: Principal } | { readonly error: unknown };

/** Finds out who asks before anything of a body is read. Routes that are for everybody do not care. */
export function identifyClients({ identify }: Identification): RequestHandler {
  return async (request, response, next) => {
    const identity: Identity = await identify(request).then(
      (principal) => ({ principal }),
      (error: unknown) => ({ error }),
    );
    response.locals['identity'] = identity;
    next();
  };
}

/** The client that makes the request. @throws the reason why that is not known */
export function principalOf({ locals }: Pick<Response, 'locals'>): Principal {
  // Written above, before any route.
  const identity = locals['identity'] as Identity;
  if ('principal' in identity) return identity.principal;
  throw identity.error;
}

/** The client that makes the request, where that is known. */
export function identifiedAs({ locals }: Pick<Response, 'locals'>): Principal | undefined {
  const identity = locals['identity'] as Identity | undefined;
  return identity !== undefined && 'principal' in identity ? identity.principal : undefined;
}

/** Whether it is known who asks. */
export function isIdentified(response: Pick<Response, 'locals'>): boolean {
  return identifiedAs(response) !== undefined;
}
