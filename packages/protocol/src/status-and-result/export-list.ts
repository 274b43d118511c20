import { visibleState, type ExportRecord } from '@millrace/export';
import { instantText, type Parameters } from '@millrace/fhir';
import { refuse } from '../errors/errors.js';
import { fhirAnswer, type Answer } from '../http/answer.js';
import { choosesRepresentation } from '../http/representation.js';
import { EXPORT_LIST_ROUTE, exportUrls, statusUrlOfRecord, trimSlash } from '../http/urls.js';
import { addresses, identity, parameters } from './export-parameters.js';
import { statusBody } from './status-answer.js';

/** Which of a client's exports a request asks for. */
export interface ListPage {
  /** Most entries. */
  readonly count: number;
  /** Where the page before ended; undefined for the first one. */
  readonly cursor: string | undefined;
}

const MOST_LISTED = 100;
const LISTED = 20;

/** @throws ProtocolError 400 that names the parameter */
export function readListQuery(query: Readonly<Record<string, unknown>>): ListPage {
  let page: ListPage = { count: LISTED, cursor: undefined };
  for (const [name, value] of Object.entries(query)) {
    if (choosesRepresentation(name, value)) continue;
    const text = typeof value === 'string' ? value : '';
    switch (name) {
      case '_count': {
        const count = /^\d{1,3}$/.test(text) ? Number(text) : 0;
        if (count < 1 || count > MOST_LISTED) {
          throw refuse(400, 'value', `_count must be one whole number from 1 to ${MOST_LISTED}`);
        }
        page = { ...page, count };
        break;
      }
      case '_cursor':
        if (!/^\d{1,16}:[0-9a-f]{32}$/.test(text)) {
          throw refuse(400, 'value', '_cursor must be that of the link "next" of a page');
        }
        page = { ...page, cursor: text };
        break;
      default:
        throw refuse(400, 'not-supported', 'the list of exports takes _count and _cursor only');
    }
  }
  return page;
}

/**
 * 200 with a Bundle of type searchset: a Parameters resource for each export, as its status URL has it. A page may have
 * fewer entries than were asked for although another one follows.
 *
 * @param records of one client, all of which it may see
 * @param next where the next page goes on; undefined at the end
 * @param now milliseconds since the epoch, by the clock of the records
 */
export function exportListAnswer(
  records: readonly ExportRecord[],
  { count, cursor }: ListPage,
  next: string | undefined,
  now: number,
  baseUrl: string,
): Answer {
  const at = (place: string | undefined): string => {
    const query = new URLSearchParams({
      _count: String(count),
      ...(place === undefined ? {} : { _cursor: place }),
    });
    return `${trimSlash(baseUrl)}${EXPORT_LIST_ROUTE}?${query.toString()}`;
  };
  return fhirAnswer(200, {
    resourceType: 'Bundle',
    type: 'searchset',
    link: [
      { relation: 'self', url: at(cursor) },
      ...(next === undefined ? [] : [{ relation: 'next', url: at(next) }]),
    ],
    ...(records.length === 0
      ? {}
      : {
          entry: records.map((record) => ({
            resource: listed(record, now, baseUrl),
            search: { mode: 'match' },
          })),
        }),
  });
}

function listed(record: ExportRecord, now: number, baseUrl: string): Parameters {
  const urls = exportUrls(baseUrl, record.id);
  const state = visibleState(record);
  if (state === 'accepted' || state === 'in-progress') return statusBody(record, state, now, urls);
  const { acceptedAt, endedAt } = record;
  return parameters([
    ...identity(record.id, undefined),
    { name: 'status', valueCode: record.state },
    ...addresses(statusUrlOfRecord(record, urls)),
    { name: 'exportStartTime', valueInstant: instantText(acceptedAt) },
    ...(endedAt === undefined
      ? []
      : [
          { name: 'exportEndTime', valueInstant: instantText(endedAt) },
          { name: 'exportDuration', valueInteger: Math.max(0, Math.round((endedAt - acceptedAt) / 1000)) },
        ]),
  ]);
}
