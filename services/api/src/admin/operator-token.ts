import { readFile } from 'node:fs/promises';

const LEAST_LENGTH = 16;

/**
 * Reads the token of operators.
 *
 * @throws Error when there is none in the file, one that could be guessed, or one that no header can carry
 */
export async function readOperatorToken(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const token = (await readFile(file, 'utf8')).trim();
  // Headers have ASCII only: another character would never match (https://www.rfc-editor.org/rfc/rfc9110#section-5.5).
  if (token.length >= LEAST_LENGTH && /^[\x21-\x7E]*$/.test(token)) return token;
  throw new Error(
    `OPERATOR_TOKEN_FILE ${file} must hold one token of ${LEAST_LENGTH} characters or more, all of them visible ASCII characters, as of openssl rand -hex 32`,
  );
}
