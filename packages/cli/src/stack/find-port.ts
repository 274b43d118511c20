import { freePort } from '@millrace/local-stack';
import { CommandFailedError, reasonOf } from '../errors.js';

/**
 * The wished port, or one that was free a moment ago for 0. Services are told their port, because the address that
 * clients reach them by is part of their configuration.
 *
 * @throws CommandFailedError when somebody listens there: their answers would be taken for ours
 */
export async function findPort(wished: number): Promise<number> {
  try {
    return await freePort(wished);
  } catch (error) {
    throw new CommandFailedError(
      `port ${wished} is taken (${reasonOf(error)}): choose another, or 0 for a free one`,
    );
  }
}
