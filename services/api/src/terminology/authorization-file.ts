import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** A scheme and its credentials. https://www.rfc-editor.org/rfc/rfc9110#field.authorization */
const AUTHORIZATION = /^[A-Za-z][A-Za-z0-9-]* [\x21-\x7e]+(?: [\x21-\x7e]+)*$/;

/** Whether a file has the value of an `Authorization` header. */
export function hasAuthorization(file: string): boolean {
  try {
    return AUTHORIZATION.test(readFileSync(file, 'utf8').trim());
  } catch {
    // The operator is told that it cannot be read, or is none.
    return false;
  }
}

/**
 * The value of an `Authorization` header as the file has it now, so that credentials can be changed while the API runs.
 *
 * @throws Error without the content of the file
 */
export async function readAuthorization(file: string): Promise<string> {
  const text = (await readFile(file, 'utf8')).trim();
  if (!AUTHORIZATION.test(text)) throw new Error(`${file} has no value of an Authorization header`);
  return text;
}
