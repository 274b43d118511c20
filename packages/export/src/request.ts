import { z } from 'zod';

/** One artefact of the request, resolved and checked at kick-off. Yields exactly one output. */
export const subjectSchema = z.object({
  kind: z.literal('view'),
  /** Output name: unique in the export, a plain file name. */
  name: z.string(),
  /** The ViewDefinition as it was resolved; the export never looks it up again. */
  view: z.record(z.string(), z.unknown()),
});
export type Subject = z.infer<typeof subjectSchema>;

/** What was asked, frozen: the content of `request.json`. */
export const exportRequestSchema = z.object({
  schemaVersion: z.literal(1),
  id: z.string(),
  tenant: z.string(),
  client: z.string(),
  /** Which wire operation asked; only `packages/protocol` knows what it means. */
  operation: z.string(),
  /** ISO instant, UTC. */
  acceptedAt: z.iso.datetime(),
  clientTrackingId: z.string().optional(),
  format: z.enum(['ndjson', 'csv', 'json', 'parquet']),
  /** CSV only. */
  header: z.boolean(),
  /** Name of the configured source. */
  source: z.string(),
  fhirVersion: z.enum(['R4', 'R5']),
  subjects: z.array(subjectSchema).min(1),
});
export type ExportRequest = z.infer<typeof exportRequestSchema>;
