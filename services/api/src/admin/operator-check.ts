import { TokenRefusedError } from '@millrace/auth';
import type { Authenticator } from '@millrace/auth';

/** Whether an access token is of an operator. Undefined where clients are not told apart. */
export type OperatorCheck = ((token: string) => Promise<boolean>) | undefined;

/** By the scope of a token that the FHIR API would take too. */
export function operatorCheck(authenticator: Authenticator | undefined, scope: string): OperatorCheck {
  if (authenticator === undefined) return undefined;
  return async (token) => {
    try {
      return (await authenticator.authenticate(token)).scopes.words.includes(scope);
    } catch (error) {
      if (error instanceof TokenRefusedError) return false;
      throw error;
    }
  };
}
