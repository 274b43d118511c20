import type { AuditEventList } from '@millrace/protocol/admin';
import { aligned } from './aligned.js';

/** One line for each entry, in the order of completion. */
export function showAudit({ entry, link }: AuditEventList): string {
  const list = aligned([
    ['COMPLETED', 'WHO', 'WHAT', 'ON', 'RESULT', 'ENTRY'],
    ...entry.map(({ resource }) => [
      resource.recorded,
      resource.agent[0]?.who.identifier.value ?? '',
      resource.subtype[0]?.display ?? '',
      [resource.entity[0]?.what?.identifier.value, resource.entity[0]?.name]
        .filter((part) => part !== undefined)
        .join(' '),
      resource.outcomeDesc ?? '',
      resource.id,
    ]),
  ]);
  const next = link.find(({ relation }) => relation === 'next');
  const cursor = next === undefined ? null : new URL(next.url, 'http://admin').searchParams.get('_cursor');
  return cursor === null ? list : `${list}\nmore: --cursor ${cursor}`;
}
