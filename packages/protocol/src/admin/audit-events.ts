import * as z from 'zod';

const identified = z.object({ identifier: z.object({ value: z.string() }) });

/** The elements of an AuditEvent (https://hl7.org/fhir/R4/auditevent.html) that a listing shows. */
const auditEventSchema = z.object({
  id: z.string(),
  recorded: z.string(),
  subtype: z.array(z.object({ display: z.string() })),
  outcomeDesc: z.string().optional(),
  agent: z.array(z.object({ who: identified })),
  entity: z.array(z.object({ what: identified.optional(), name: z.string().optional() })),
});

/** `GET /admin/AuditEvent`: a searchset (https://hl7.org/fhir/R4/bundle.html), which has more elements. */
export const auditEventListSchema = z.looseObject({
  resourceType: z.literal('Bundle'),
  link: z.array(z.object({ relation: z.string(), url: z.string() })),
  entry: z.array(z.looseObject({ resource: auditEventSchema })),
});
export type AuditEventList = z.infer<typeof auditEventListSchema>;
