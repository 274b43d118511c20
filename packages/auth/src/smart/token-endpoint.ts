import { KeysUnavailableError, TokenRequestError } from '../errors.js';
import { narrowScopes } from '../scopes.js';
import { issueToken } from './access-tokens.js';
import type { IssueTerms } from './access-tokens.js';
import { verifyAssertion } from './verify-assertion.js';
import type { AssertionTerms } from './verify-assertion.js';

export type TokenTerms = AssertionTerms & IssueTerms;

/** The answer of a token endpoint, without headers that all its answers have. */
export interface TokenAnswer {
  readonly status: 200 | 400 | 503;
  readonly body: Readonly<Record<string, string | number>>;
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/**
 * Gives a client that shows who it is an access token.
 * https://hl7.org/fhir/smart-app-launch/backend-services.html#request-1
 *
 * @param form fields of the request; undefined where it was no form
 * @throws what the memory of used assertions rejects with
 */
export async function answerTokenRequest(
  form: URLSearchParams | undefined,
  terms: TokenTerms,
): Promise<TokenAnswer> {
  try {
    const { scope, assertion } = readRequest(form);
    const client = await verifyAssertion(assertion, terms);
    const given = narrowScopes(scope, client.scopes);
    if (given === '')
      throw new TokenRequestError(
        'invalid_scope',
        'the client is registered for none of these scopes; scopes look like system/Patient.rs',
      );
    return {
      status: 200,
      body: {
        access_token: await issueToken(client, given, terms),
        token_type: 'bearer',
        expires_in: terms.lifetimeSeconds,
        scope: given,
      },
    };
  } catch (error) {
    if (error instanceof TokenRequestError)
      return { status: 400, body: { error: error.code, error_description: error.message } };
    if (error instanceof KeysUnavailableError)
      // The address of the keys is a fact of the registration, and not for everybody.
      return failed('the keys of the client cannot be read now; repeat the request later');
    throw error;
  }
}

function failed(description: string): TokenAnswer {
  return { status: 503, body: { error: 'temporarily_unavailable', error_description: description } };
}

function readRequest(form: URLSearchParams | undefined): {
  readonly scope: string;
  readonly assertion: string;
} {
  if (form === undefined)
    throw new TokenRequestError(
      'invalid_request',
      'the body must be a form: send it as application/x-www-form-urlencoded',
    );
  const [grant, type, assertion, scope] = [
    'grant_type',
    'client_assertion_type',
    'client_assertion',
    'scope',
  ].map((name) => field(form, name)) as [string, string, string, string];
  if (grant !== 'client_credentials')
    throw new TokenRequestError('unsupported_grant_type', 'grant_type must be client_credentials');
  if (type !== ASSERTION_TYPE)
    throw new TokenRequestError('invalid_request', `client_assertion_type must be ${ASSERTION_TYPE}`);
  return { scope, assertion };
}

function field(form: URLSearchParams, name: string): string {
  const [value, ...others] = form.getAll(name);
  if (value === undefined || value === '')
    throw new TokenRequestError('invalid_request', `the field ${name} is missing`);
  if (others.length > 0) throw new TokenRequestError('invalid_request', `the field ${name} is there twice`);
  return value;
}
