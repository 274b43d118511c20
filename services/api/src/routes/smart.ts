import { answerTokenRequest, smartConfiguration } from '@millrace/auth';
import { refuse } from '@millrace/protocol';
import type { Request } from 'express';
import { rememberRefusal } from '../audit/audit-refusals.js';
import type { Auth } from '../auth/compose-auth.js';
import { isSecret } from '../auth/identify.js';
import { readBody } from '../http/read-body.js';
import type { PublicRoute } from '../routing/route.js';

export interface SmartPorts {
  readonly auth: Pick<Auth, 'tokenUrl' | 'tokens'>;
  readonly baseUrl: string;
}

const FORM = 'application/x-www-form-urlencoded';
const MOST_BYTES = 64 << 10;

/** Where clients get tokens. https://hl7.org/fhir/smart-app-launch/conformance.html#using-well-known */
export function smartConfigurationRoute({ auth: { tokenUrl } }: SmartPorts): PublicRoute['handler'] {
  return (_request, response) => {
    if (tokenUrl === undefined)
      throw refuse(404, 'not-found', 'this server names no place where clients get access tokens');
    response.status(200).json(smartConfiguration(tokenUrl));
  };
}

/** Gives access tokens, and answers errors in the words of OAuth 2.0. */
export function tokenRoute({ auth: { tokens }, baseUrl }: SmartPorts): PublicRoute['handler'] {
  return async (request, response) => {
    if (tokens === undefined)
      throw refuse(404, 'not-found', 'this server issues no access tokens; AUTH_MODE=smart makes it do so');
    if (!isSecret(request, baseUrl))
      throw refuse(
        403,
        'security',
        'tokens are issued over HTTPS only; a proxy that takes HTTPS must be in TRUSTED_PROXIES and send X-Forwarded-Proto',
      );
    const { status, body } = await answerTokenRequest(await formOf(request), tokens);
    if (body['error'] === 'invalid_client') rememberRefusal(response, 'invalid_client');
    // https://www.rfc-editor.org/rfc/rfc6749#section-5.1
    response.status(status).set({ 'Cache-Control': 'no-store', Pragma: 'no-cache' }).json(body);
  };
}

async function formOf(request: Request): Promise<URLSearchParams | undefined> {
  if (request.is(FORM) !== FORM) return undefined;
  const pieces: Uint8Array[] = [];
  await readBody(request, MOST_BYTES, (piece) => void pieces.push(piece));
  return new URLSearchParams(Buffer.concat(pieces).toString('utf8'));
}
