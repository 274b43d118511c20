import { within } from '@millrace/observability';
import { QueueUnavailableError } from './errors.js';

/**
 * Awaits `work` for at most `ms`. BullMQ waits for its connection without bound, so a caller who owes an answer needs a
 * bound of its own. The work itself goes on.
 *
 * @throws QueueUnavailableError
 */
export async function bounded<T>(operation: string, ms: number, work: Promise<T>): Promise<T> {
  try {
    return await within(ms, work);
  } catch (error) {
    if (error instanceof QueueUnavailableError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new QueueUnavailableError(operation, reason, { cause: error });
  }
}
