import { readFile } from 'node:fs/promises';

const LEAST_LENGTH = 16;

/**
 * Reads the token of operators.
 *
 * @throws Error when there is none in the file, or one that could be guessed
 */
export async function readOperatorToken(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const token = (await readFile(file, 'utf8')).trim();
  if (token.length >= LEAST_LENGTH && !/\s/.test(token)) return token;
  throw new Error(`OPERATOR_TOKEN_FILE ${file} must hold one token of ${LEAST_LENGTH} characters or more`);
}
