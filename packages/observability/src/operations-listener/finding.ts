import { within } from '../within.js';

const CHECK_MS = 2_000;

/** An object that is never written: that a store says it is absent is an answer. */
export const READY_KEY = '_ready';

/** The result of a check: `ok`, or the reason why it failed or took too long. */
export async function finding(check: Promise<unknown>): Promise<string> {
  try {
    await within(CHECK_MS, check);
    return 'ok';
  } catch (error) {
    return reasonOf(error);
  }
}

/** Not by `instanceof`: errors of Node itself may be of another realm than this one. */
function reasonOf(error: unknown): string {
  const isError = typeof error === 'object' && error !== null && 'message' in error;
  return isError ? String(error.message) : String(error);
}
