import { readFileSync } from 'node:fs';
import * as z from 'zod';

/** The version that a `package.json` names. */
export function packageVersion(file: URL): string {
  const text = readFileSync(file, 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
