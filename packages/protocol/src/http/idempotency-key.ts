import { refuse } from '../errors/errors.js';

/** Long enough for any identifier that clients generate. */
const MOST_CHARACTERS = 255;

/** A string of structured fields: printable ASCII in quotes, in which a backslash stands before a quote or a backslash. */
const QUOTED = /^"((?:[ !#-[\]-~]|\\["\\])*)"$/;
/** The same without quotes, as many clients send it: nothing that separates values or parameters. */
const BARE = /^[!#-+\--:<-[\]-~]+$/;

/**
 * The key of a header `Idempotency-Key`. With or without quotes it is the same key.
 *
 * @returns undefined when the request has no such header
 * @throws ProtocolError 400 when it is not a valid key
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header#section-2.1
 */
export function readIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const key = BARE.test(text) ? text : QUOTED.exec(text)?.[1]?.replace(/\\(.)/g, '$1');
  if (key !== undefined && key.length > 0 && key.length <= MOST_CHARACTERS) return key;
  throw refuse(
    400,
    'value',
    `Idempotency-Key must be one string of 1 to ${MOST_CHARACTERS} printable ASCII characters in double quotes`,
  );
}
