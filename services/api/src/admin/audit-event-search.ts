import { auditEvent, listEntries, parsePosition, positionText } from '@millrace/audit';
import type { AuditLog, AuditWindow } from '@millrace/audit';
import { readDateTime, readInstant, spanOf } from '@millrace/fhir';
import type { Span } from '@millrace/fhir';
import type { AuditEventList } from '@millrace/protocol/admin';
import type { ObjectStore } from '@millrace/storage';
import type { Request, Response } from 'express';
import * as z from 'zod';
import type { OperatorRoute } from '../routing/route.js';
import { AdminError } from './errors.js';
import { pageSchema, readQuery } from './query.js';

export interface AuditEventPorts {
  readonly audit: Pick<AuditLog, 'page'>;
  readonly store: Pick<ObjectStore, 'list' | 'read'>;
}

const dates = z.union([z.string(), z.array(z.string()).max(4)]).optional();
const searchSchema = pageSchema.extend({ date: dates });

/**
 * `GET AuditEvent?date=ge…&date=lt…&_count=…`: complete entries in the order of completion, as a searchset
 * (https://hl7.org/fhir/R4/auditevent.html#search). A search for a time in the past gives the same for ever.
 */
export function auditEventSearch({ audit, store }: AuditEventPorts): OperatorRoute['handler'] {
  return async (request: Request, response: Response<AuditEventList>) => {
    const { _count: count, _cursor: cursor, date } = readQuery(searchSchema, request);
    const window = windowOf(date === undefined ? [] : [date].flat());
    const after = cursor === undefined ? undefined : parsePosition(cursor);
    if (cursor !== undefined && after === undefined)
      throw new AdminError(400, '_cursor does not belong to this search');
    const { entries, next } = await listEntries(audit, store, window, after, count);
    response.type('application/fhir+json').json({
      resourceType: 'Bundle',
      type: 'searchset',
      link: [
        { relation: 'self', url: request.originalUrl },
        ...(next === undefined
          ? []
          : [{ relation: 'next', url: nextUrl(request.originalUrl, positionText(next)) }]),
      ],
      entry: entries.map((entry) => ({ resource: auditEvent(entry), search: { mode: 'match' } })),
    });
  };
}

/**
 * FHIR prefixes `ge`, `gt`, `lt` and `le` (https://hl7.org/fhir/R4/search.html#prefix) with an instant or a date, which
 * stands for all of its day, month or year in UTC.
 */
function windowOf(dates: readonly string[]): AuditWindow {
  let [from, to] = [0, Number.MAX_SAFE_INTEGER];
  for (const date of dates) {
    const [, prefix, text = ''] = /^(ge|gt|lt|le)(.+)$/.exec(date) ?? [];
    const { first, after } = spanOfText(text);
    if (prefix === 'ge') from = Math.max(from, first);
    if (prefix === 'gt') from = Math.max(from, after);
    if (prefix === 'lt') to = Math.min(to, first);
    if (prefix === 'le') to = Math.min(to, after);
  }
  return { from, to };
}

function spanOfText(text: string): Span {
  const read = text.includes('T') ? readInstant(text) : readDateTime(text);
  if ('value' in read) return spanOf(read.value);
  const reason = text === '' ? '' : `; ${read.fault}`;
  throw new AdminError(
    400,
    `query parameter date: expected ge, gt, lt or le and an instant or a date, as in ge2026-01-31T00:00:00Z${reason}`,
  );
}

function nextUrl(originalUrl: string, cursor: string): string {
  const url = new URL(originalUrl, 'http://admin');
  url.searchParams.set('_cursor', cursor);
  return `${url.pathname}${url.search}`;
}
