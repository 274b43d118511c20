import { readDateTime, spanOf } from '@millrace/fhir';
import { quote, refuse } from '../errors/errors.js';
import { choosesRepresentation } from '../http/representation.js';

/** A page of a history. https://hl7.org/fhir/R4/http.html#history */
export interface HistoryQuery {
  readonly count: number;
  readonly after: string | undefined;
  /** Milliseconds since the epoch. */
  readonly since: number | undefined;
}

const PAGE = 100;

/** @param query with or without its question mark @throws ProtocolError 400 */
export function readHistoryQuery(query: string): HistoryQuery {
  let page: HistoryQuery = { count: PAGE, after: undefined, since: undefined };
  for (const [name, value] of new URLSearchParams(query)) {
    if (choosesRepresentation(name, value)) continue;
    switch (name) {
      case '_count': {
        const count = /^\d{1,9}$/.test(value) ? Number(value) : 0;
        if (count < 1)
          throw refuse(400, 'value', `_count is ${quote(value)}; expected a whole number from 1 on`);
        page = { ...page, count: Math.min(count, PAGE) };
        break;
      }
      case '_cursor':
        if (!/^[A-Za-z0-9\-.:]{1,100}$/.test(value))
          throw refuse(400, 'value', '_cursor must be that of the link "next" of a page');
        page = { ...page, after: value };
        break;
      case '_since': {
        const read = readDateTime(value);
        if ('fault' in read)
          throw refuse(
            400,
            'value',
            `_since is ${quote(value)}; expected an instant such as 2026-01-31T00:00:00Z`,
          );
        page = { ...page, since: spanOf(read.value).first };
        break;
      }
      default:
        throw refuse(400, 'not-supported', 'a history takes _count, _since and _cursor only');
    }
  }
  return page;
}
