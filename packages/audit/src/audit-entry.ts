import * as z from 'zod';

/** The actions that are audited. */
export const AUDIT_ACTIONS = [
  'kick-off',
  'run',
  'cancel',
  'download',
  'delete',
  'activate-task',
  'change-queue',
  'refuse',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

const id = z.string().regex(/^[\w.-]{1,64}$/);
const shortText = z.string().max(256);

const startSchema = z.object({
  /** Unguessable; drawn by the caller that begins the entry. */
  id,
  action: z.enum(AUDIT_ACTIONS),
  tenant: shortText,
  client: shortText,
  /** Network address of the client, where it is known. */
  address: shortText.optional(),
  requestId: shortText.optional(),
  /** The object of the action: an id, never content. */
  exportId: shortText.optional(),
  object: shortText.optional(),
});

/** The client and the action that it asks for. Ids only: no entry has data about patients. */
export type AuditStart = z.infer<typeof startSchema>;

/** A ValueSet or ConceptMap that an export uses: which one, and where it came from. */
const terminologySchema = z.object({
  canonical: shortText,
  /** That was found. */
  version: shortText.optional(),
  /** `context`, `stored`, or the FHIR base of a terminology server. */
  source: shortText,
  rows: z.int(),
});
export type AuditedTerminology = z.infer<typeof terminologySchema>;

/** A request has no more of them. */
const MOST_TERMINOLOGY = 200;

const resultSchema = z.discriminatedUnion('kind', [
  /** `exportId` is told where the work has made one. */
  z.object({
    kind: z.literal('success'),
    status: z.int(),
    exportId: shortText.optional(),
    terminology: z.array(terminologySchema).max(MOST_TERMINOLOGY).optional(),
  }),
  z.object({ kind: z.literal('error'), status: z.int(), code: shortText, message: shortText }),
  /** It was not completed in time: nobody knows how it ended. */
  z.object({ kind: z.literal('unknown') }),
]);
export type AuditResult = z.infer<typeof resultSchema>;

export const auditEntrySchema = z.object({
  start: startSchema,
  /** Milliseconds since the epoch, by the clock of Redis. */
  startedAt: z.int(),
  /** The same; no entry that is completed later has an earlier time. */
  completedAt: z.int(),
  /** Orders entries of one millisecond. */
  sequence: z.int(),
  result: resultSchema,
});

/** An entry that is complete. It never changes. */
export type AuditEntry = z.infer<typeof auditEntrySchema>;
