import * as z from 'zod';

/** The ViewDefinition as it was given, apart from `id` and the version in `meta`. */
export const viewDefinitionSchema = z.looseObject({
  resourceType: z.literal('ViewDefinition'),
  id: z.string().optional(),
  meta: z.looseObject({}).optional(),
  url: z.string().optional(),
  version: z.string().optional(),
  name: z.string().optional(),
  status: z.string().optional(),
  resource: z.string().optional(),
});
export type ViewDefinition = z.infer<typeof viewDefinitionSchema>;

/** One version of a definition, as its object holds it. Without `resource` it is the tombstone of a deletion. */
export const storedVersionSchema = z.object({
  schemaVersion: z.literal(1),
  id: z.string(),
  /** Counts from 1 for each id, deletions included. */
  version: z.int().min(1),
  lastUpdated: z.iso.datetime(),
  resource: viewDefinitionSchema.optional(),
});
export type StoredVersion = z.infer<typeof storedVersionSchema>;

export function encodeVersion(version: StoredVersion): Uint8Array {
  return Buffer.from(JSON.stringify(version));
}

export function decodeVersion(text: string): StoredVersion {
  return storedVersionSchema.parse(JSON.parse(text));
}
