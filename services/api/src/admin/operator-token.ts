import { readFile } from 'node:fs/promises';
import { openSettingsFile } from '../settings-files/settings-file.js';
import type { SettingsFile } from '../settings-files/settings-file.js';

const LEAST_LENGTH = 16;

/** @throws as reading the token does */
export async function openOperatorToken(file: string | undefined): Promise<SettingsFile<string> | undefined> {
  if (file === undefined) return undefined;
  return openSettingsFile({ kind: 'operator-token', files: [file], read: () => readOperatorToken(file) });
}

/**
 * Reads the token of operators.
 *
 * @throws Error when there is none in the file, one that could be guessed, or one that no header can carry
 */
async function readOperatorToken(file: string): Promise<string> {
  const token = (await readFile(file, 'utf8')).trim();
  // Headers have ASCII only: another character would never match (https://www.rfc-editor.org/rfc/rfc9110#section-5.5).
  if (token.length >= LEAST_LENGTH && /^[\x21-\x7E]*$/.test(token)) return token;
  throw new Error(
    `OPERATOR_TOKEN_FILE ${file} must hold one token of ${LEAST_LENGTH} characters or more, all of them visible ASCII characters, as of openssl rand -hex 32`,
  );
}
