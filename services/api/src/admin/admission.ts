import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { AdminError } from './errors.js';

export interface Admission {
  /** The bearer token of operators; without one, only this machine is served. */
  readonly token: string | undefined;
  /** Whether the listener is bound to this machine alone. */
  readonly isLoopback: boolean;
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i;

export function isLoopbackHost(host: string): boolean {
  return LOOPBACK.test(host.includes(':') && !host.startsWith('[') ? `[${host}]` : host);
}

/**
 * Lets operators in: with a token, clients that know it; without a token, clients on this machine. A page in
 * a browser on this machine is not an operator: it can neither name this host as its own nor send JSON
 * without a preflight request.
 */
export function admit({ token, isLoopback }: Admission): RequestHandler {
  return (request, _response, next) => {
    if (token !== undefined) {
      const [, given = ''] = /^Bearer (.+)$/.exec(request.get('Authorization') ?? '') ?? [];
      if (!isSame(given, token)) {
        throw new AdminError(
          401,
          'the operator token is missing or wrong: send it in the header "Authorization: Bearer"',
        );
      }
    } else if (!isLoopback) {
      throw new AdminError(
        403,
        'set OPERATOR_TOKEN_FILE, or OPS_HOST to 127.0.0.1: /admin is open to this machine only',
      );
    } else if (!LOOPBACK.test(request.get('Host') ?? '')) {
      throw new AdminError(403, 'the Host header must name this machine: localhost or 127.0.0.1');
    }
    const isChange = request.method !== 'GET' && request.method !== 'HEAD';
    if (isChange && request.is('application/json') !== 'application/json') {
      throw new AdminError(415, 'send changes as application/json; an empty object is enough');
    }
    next();
  };
}

/** In a time that does not depend on how much of it is right. */
function isSame(given: string, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
