import { types } from 'node:util';

/** What an unknown error says, for the message of an error that wraps it. */
export function reasonOf(error: unknown): string {
  return types.isNativeError(error) ? error.message : String(error);
}
