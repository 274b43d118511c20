import { refuse } from '../errors/errors.js';

const ENTITY_TAG = /(W\/)?("[\u0021\u0023-\u007e\u0080-\u00ff]*")/g;

/**
 * Refuses a request whose `If-Match` names none of the ETags that something has. A weak one never matches.
 * `If-Unmodified-Since` asks for a date, and what has an ETag and no `Last-Modified` ignores it (RFC 9110, sections 13.1.1 and
 * 13.1.4).
 *
 * @param ifMatch undefined when the request has none
 * @param etags of all forms in which it may be sent
 * @throws ProtocolError 412
 */
export function requireMatch(ifMatch: string | undefined, etags: readonly string[]): void {
  if (ifMatch === undefined || ifMatch.trim() === '*') return;
  const asked = [...ifMatch.matchAll(ENTITY_TAG)].flatMap(([, weak, tag = '']) =>
    weak === undefined ? [tag] : [],
  );
  if (asked.some((tag) => etags.includes(tag))) return;
  throw refuse(412, 'conflict', `If-Match names another version; expected ${etags.join(' or ')}, or *`);
}
