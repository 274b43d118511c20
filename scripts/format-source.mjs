// Formats what scripts write as `npm run format` would.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'oxfmt';
import { root } from './workspaces.mjs';

/**
 * @param {string} file its name says the language
 * @param {string} source
 * @returns {Promise<string>}
 */
export async function formatSource(file, source) {
  const { code, errors } = await format(
    file,
    source,
    JSON.parse(readFileSync(join(root, '.oxfmtrc.json'), 'utf8')),
  );
  if (errors.length > 0) throw new Error(`${file}: ${errors[0].message}`);
  return code;
}
