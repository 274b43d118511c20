import { types } from 'node:util';

/** Code of a failed system call, such as `ENOENT`. */
export function errnoOf(error: unknown): string | undefined {
  // Not `instanceof`, which says no to errors of Node itself inside of a vm context.
  return types.isNativeError(error) && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}

/** There is no file at the path: a part of it is missing, a folder of it is a file, or it is a folder itself. */
export function isMissing(error: unknown): boolean {
  const code = errnoOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR';
}
