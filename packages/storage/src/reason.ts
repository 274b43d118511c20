import { types } from 'node:util';

/** The text of an unknown error, for the message of an error that wraps it. */
export function reasonOf(error: unknown): string {
  return types.isNativeError(error) ? error.message : String(error);
}
