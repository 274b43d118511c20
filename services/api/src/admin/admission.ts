import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { AdminError } from './errors.js';
import type { OperatorCheck } from './operator-check.js';

export interface Admission {
  /** The token of operators; without one, only this machine is served. */
  token(): string | undefined;
  /** Whether the listener is bound to this machine alone. */
  readonly isLoopback: boolean;
  /** Tells access tokens of operators; undefined where there are no access tokens. */
  readonly isOperator: OperatorCheck;
}

/** Programs send the token as it is; browsers ask for it, and send it as a password with whatever name is given. */
const CHALLENGES = ['Basic realm="Millrace operations", charset="UTF-8"', 'Bearer'];

/** The page of operations sends it with changes. A page of another site would have to ask for permission first. */
const PAGE_HEADER = 'X-Millrace-Operator';

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i;

export function isLoopbackHost(host: string): boolean {
  return LOOPBACK.test(host.includes(':') && !host.startsWith('[') ? `[${host}]` : host);
}

/**
 * Lets operators in: with a token, clients that know it, or that have an access token of an operator; without a token, clients on
 * this machine. A page of another site in
 * the browser of an operator is not an operator: it can neither name this host as its own nor change anything here.
 */
export function admit({ token: tokenNow, isLoopback, isOperator }: Admission): RequestHandler {
  return async (request, response, next) => {
    response.set('Cross-Origin-Resource-Policy', 'same-origin');
    const token = tokenNow();
    const given = givenToken(request.get('Authorization') ?? '');
    if (token !== undefined || (isOperator !== undefined && (given !== '' || !isLoopback))) {
      const isLetIn =
        (token !== undefined && isSame(given, token)) ||
        (given !== '' && (await isOperator?.(given)) === true);
      if (!isLetIn) {
        response.set('WWW-Authenticate', CHALLENGES);
        throw new AdminError(
          401,
          'the operator token is missing or wrong: send it in the header "Authorization: Bearer", or as the password of a browser',
        );
      }
    } else if (!isLoopback) {
      throw new AdminError(
        403,
        'set OPERATOR_TOKEN_FILE, or OPS_HOST to 127.0.0.1: this is open to this machine only',
      );
    } else if (!LOOPBACK.test(request.get('Host') ?? '')) {
      throw new AdminError(403, 'the Host header must name this machine: localhost or 127.0.0.1');
    }
    if (isChange(request) && originOf(request) === 'elsewhere') {
      throw new AdminError(403, 'a page of another site cannot change anything here');
    }
    next();
  };
}

/** Changes below `/admin` are asked for in a way in which no form of any page can ask. */
export const requireChangeAsked: RequestHandler = (request, _response, next) => {
  if (isChange(request)) {
    if (request.is('application/json') !== 'application/json') {
      throw new AdminError(415, 'send changes as application/json; an empty object is enough');
    }
    if (originOf(request) !== 'no page' && request.get(PAGE_HEADER) === undefined) {
      throw new AdminError(403, `a page must send the header ${PAGE_HEADER} with a change`);
    }
  }
  next();
};

function isChange({ method }: Request): boolean {
  return method !== 'GET' && method !== 'HEAD';
}

/**
 * Browsers say in `Sec-Fetch-Site` (https://w3c.github.io/webappsec-fetch-metadata/) where a request is from, on
 * connections that they trust, and in `Origin` on others. Programs send neither.
 */
function originOf(request: Request): 'no page' | 'here' | 'elsewhere' {
  const site = request.get('Sec-Fetch-Site');
  if (site !== undefined) return site === 'same-origin' ? 'here' : 'elsewhere';
  const origin = request.get('Origin');
  if (origin === undefined) return 'no page';
  return URL.canParse(origin) && new URL(origin).host === request.get('Host') ? 'here' : 'elsewhere';
}

/** The token of `Bearer`, or the password of `Basic` (https://www.rfc-editor.org/rfc/rfc7617); else the empty text. */
function givenToken(authorization: string): string {
  const [, scheme = '', value = ''] = /^(Bearer|Basic) (.+)$/i.exec(authorization) ?? [];
  if (scheme.toLowerCase() !== 'basic') return value;
  const pair = Buffer.from(value, 'base64').toString('utf8');
  return pair.includes(':') ? pair.slice(pair.indexOf(':') + 1) : '';
}

/** In a time that does not depend on how much of it is right. */
function isSame(given: string, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
