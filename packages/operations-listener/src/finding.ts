import { within } from './within.js';

const CHECK_MS = 2_000;

/** An object that is never written: that a store says it is absent is an answer. */
export const READY_KEY = '_ready';

/** What a check found: `ok`, or why it failed or took too long. */
export async function finding(check: Promise<unknown>): Promise<string> {
  try {
    await within(CHECK_MS, check);
    return 'ok';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
