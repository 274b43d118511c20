import { ScopeRefusedError, TokenRefusedError } from '@millrace/auth';

/**
 * The value of `WWW-Authenticate` for an error; undefined where it is no matter of a token.
 * https://www.rfc-editor.org/rfc/rfc6750#section-3
 */
export function challengeOf(error: unknown): string | undefined {
  if (error instanceof TokenRefusedError)
    return error.isMissing ? 'Bearer realm="Millrace"' : 'Bearer realm="Millrace", error="invalid_token"';
  if (error instanceof ScopeRefusedError)
    return `Bearer realm="Millrace", error="insufficient_scope", scope="${headerText(error.needed)}"`;
  return undefined;
}

/** Types are named by requests, and a header takes no other characters. https://www.rfc-editor.org/rfc/rfc6749#section-3.3 */
function headerText(scopes: string): string {
  return scopes.replaceAll(/[^A-Za-z0-9/.* ]/g, '');
}
