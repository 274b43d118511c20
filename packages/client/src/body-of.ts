import { ServerUnreachableError, UnexpectedAnswerError } from './errors.js';
import { readText } from './read-text.js';

/** The request that an answer is to. */
export interface AskedRequest {
  /** GET by default. */
  readonly method?: string | undefined;
  readonly url: string;
  readonly signal: AbortSignal | undefined;
}

/**
 * The text of an answer. One that breaks off counts as no answer, so that it is asked for again.
 *
 * @throws UnexpectedAnswerError when it is longer than `maxCharacters`; ServerUnreachableError; the reason of `signal`
 */
export async function bodyOf(
  response: Response,
  asked: AskedRequest,
  maxCharacters: number,
): Promise<string> {
  const { method = 'GET', url, signal } = asked;
  try {
    return await readText(response, maxCharacters);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof RangeError) throw new UnexpectedAnswerError(url, error.message, 'a shorter answer');
    throw new ServerUnreachableError(method, url, error);
  }
}
