import { z } from 'zod';
import { aligned } from './aligned.js';

const eventSchema = z.object({
  id: z.string(),
  recorded: z.string(),
  subtype: z.array(z.object({ display: z.string() })),
  outcomeDesc: z.string().optional(),
  agent: z.array(z.object({ who: z.object({ identifier: z.object({ value: z.string() }) }) })),
  entity: z
    .array(
      z.object({
        what: z.object({ identifier: z.object({ value: z.string() }) }).optional(),
        name: z.string().optional(),
      }),
    )
    .default([]),
});
export const auditSchema = z.object({
  resourceType: z.literal('Bundle'),
  link: z.array(z.object({ relation: z.string(), url: z.string() })),
  entry: z.array(z.object({ resource: eventSchema })),
});

/** One line for each entry, in the order of completion. */
export function showAudit({ entry, link }: z.infer<typeof auditSchema>): string {
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
