import type { IncomingMessage } from 'node:http';

/**
 * Whether a client takes fields behind the content of an answer. HTTP/1.0 has no place for them.
 * https://www.rfc-editor.org/rfc/rfc9110#section-10.1.4
 */
export function takesTrailers({
  headers,
  httpVersion,
}: Pick<IncomingMessage, 'headers' | 'httpVersion'>): boolean {
  const codings = [headers.te ?? ''].flat().join();
  return (
    httpVersion === '1.1' && codings.split(',').some((coding) => coding.trim().toLowerCase() === 'trailers')
  );
}
