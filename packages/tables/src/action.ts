import * as z from 'zod';

/**
 * The actions of a Delta log that a writer of whole generations has to know; others are passed over.
 * https://github.com/delta-io/delta/blob/master/PROTOCOL.md#actions
 */
export const actionSchema = z.object({
  protocol: z.object({ minReaderVersion: z.int(), minWriterVersion: z.int() }).optional(),
  metaData: z
    .object({
      id: z.string(),
      schemaString: z.string(),
      partitionColumns: z.array(z.string()),
      configuration: z.record(z.string(), z.string()).default({}),
    })
    .loose()
    .optional(),
  add: z.object({ path: z.string() }).optional(),
  remove: z.object({ path: z.string(), deletionTimestamp: z.number().optional() }).optional(),
  txn: z.object({ appId: z.string(), version: z.int() }).optional(),
});
export type Action = z.infer<typeof actionSchema>;
export type MetaData = NonNullable<Action['metaData']>;
