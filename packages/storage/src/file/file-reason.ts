import { getSystemErrorMap } from 'node:util';
import { reasonOf } from '../reason.js';
import { errnoOf } from './errno.js';

/**
 * What a failed call of the file system says, without the path of the machine that Node puts into its message: clients
 * read it as the reason of a failed export.
 */
export function fileReasonOf(error: unknown): string {
  const code = errnoOf(error);
  if (code === undefined) return reasonOf(error);
  const [, text] = [...getSystemErrorMap().values()].find(([name]) => name === code) ?? [];
  return text === undefined ? code : `${text} (${code})`;
}
