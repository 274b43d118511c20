import { getSystemErrorMap } from 'node:util';
import { reasonOf } from '../reason.js';
import { errnoOf } from './errno.js';

/**
 * The reason of a failed call of the file system. It leaves out the path of the machine that Node puts into
 * its message, because clients read it as the reason of a failed export.
 */
export function fileReasonOf(error: unknown): string {
  const code = errnoOf(error);
  if (code === undefined) return reasonOf(error);
  const [, text] = [...getSystemErrorMap().values()].find(([name]) => name === code) ?? [];
  return text === undefined ? code : `${text} (${code})`;
}
