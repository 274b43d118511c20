import * as z from 'zod';
import { partitionPlaceSchema } from './partition.js';

/** One committed output file of one subject, as it is kept until the manifest lists it. */
export const partSchema = z.object({
  /** Index of the subject in the request. */
  subject: z.int().min(0),
  key: z.string(),
  rows: z.int().min(0),
  bytes: z.int().min(0),
  sha256: z.string(),
  etag: z.string(),
  /** The content of a file that is stored in gzip; `bytes`, `sha256` and `etag` are of what is stored. */
  unpacked: z.object({ bytes: z.int().min(0), sha256: z.string() }).optional(),
  /** Values that became null because they did not fit, by the place of their column. Absent: there are none. */
  mismatches: z.array(z.int().min(0)).optional(),
  /** Absent where the output has no partitions. */
  partition: partitionPlaceSchema.optional(),
  /** Whether the block at its end goes on in the next part of the subject. */
  continues: z.literal(true).optional(),
});
export type Part = z.infer<typeof partSchema>;
