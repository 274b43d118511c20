import { QueueUnavailableError } from './errors.js';

/**
 * Awaits `work` for at most `ms`. BullMQ waits for its connection without bound, so that a caller who owes an answer
 * needs a bound of its own. The work itself goes on.
 *
 * @throws QueueUnavailableError
 */
export async function bounded<T>(operation: string, ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new QueueUnavailableError(operation, `Redis did not answer within ${ms} ms`));
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    if (error instanceof QueueUnavailableError) throw error;
    throw new QueueUnavailableError(operation, error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  } finally {
    clearTimeout(timer);
  }
}
