/**
 * The request shows no token, or one that does not count. The message says why, for its client, and has nothing of the token.
 * https://www.rfc-editor.org/rfc/rfc6750#section-3.1
 */
export class TokenRefusedError extends Error {
  override readonly name = 'TokenRefusedError';
  /** Whether there was no token at all: then the challenge names no error. */
  readonly isMissing: boolean;

  constructor(message: string, options: ErrorOptions & { readonly isMissing?: boolean } = {}) {
    super(message, options);
    this.isMissing = options.isMissing === true;
  }
}

/** The token counts, and its scopes do not allow this. */
export class ScopeRefusedError extends Error {
  override readonly name = 'ScopeRefusedError';
  /** Scopes that would allow it, separated by blanks. */
  readonly needed: string;

  constructor(message: string, needed: string) {
    super(message);
    this.needed = needed;
  }
}

/** The keys that tokens are verified with cannot be had now. */
export class KeysUnavailableError extends Error {
  override readonly name = 'KeysUnavailableError';
}

/** An error of a token endpoint, by its code. https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
export class TokenRequestError extends Error {
  override readonly name = 'TokenRequestError';
  readonly code: 'invalid_request' | 'invalid_client' | 'invalid_scope' | 'unsupported_grant_type';

  constructor(code: TokenRequestError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A file of settings that does not say what it must. */
export class SettingsFileError extends Error {
  override readonly name = 'SettingsFileError';

  constructor(file: string, problem: string, options?: ErrorOptions) {
    super(`${file} ${problem}`, options);
  }
}
