import { readFile } from 'node:fs/promises';
import type * as z from 'zod';
import { ConfigurationError } from './errors.js';

/**
 * The entries of a JSON file that a variable names.
 *
 * @throws ConfigurationError with all that is wrong with the file
 */
export async function readListFile<Schema extends z.ZodType>(
  variable: string,
  file: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const why = error instanceof SyntaxError ? 'is no JSON' : 'cannot be read';
    throw new ConfigurationError([`${variable}: ${file} ${why}`]);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ConfigurationError(
    parsed.error.issues.map(({ path, message }) => `${variable}: [${path.join('.')}] ${message}`),
  );
}
