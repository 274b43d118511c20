import { types } from 'node:util';

/** `EACCES: permission denied`, in front of the call and the paths that it was made with. */
const SYSTEM_REASON = /^(E[A-Z0-9]+: [^,]+),/;

/**
 * What an unknown error says, for the message of an error that wraps it. Where a store or a source is on this machine is
 * for its log only, which has the cause.
 */
export function reasonOf(error: unknown): string {
  if (!types.isNativeError(error)) return String(error);
  return SYSTEM_REASON.exec(error.message)?.[1] ?? error.message;
}
