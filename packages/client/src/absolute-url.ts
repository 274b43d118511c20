import { UnexpectedAnswerError } from './errors.js';

/**
 * A URL that an answer names, absolute.
 *
 * @param base where the answer came from
 * @throws UnexpectedAnswerError when it is none of http or https
 */
export function absoluteUrl(found: string, base: string): string {
  const read = URL.canParse(found, base) ? new URL(found, base) : undefined;
  if (read === undefined || !/^https?:$/.test(read.protocol))
    throw new UnexpectedAnswerError(base, `the URL ${JSON.stringify(found)}`, 'an http or https URL');
  return read.href;
}
