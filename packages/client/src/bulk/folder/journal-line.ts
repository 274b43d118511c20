import * as z from 'zod';
import type { JournalEntry } from './journal-entry.js';

/** Reads one line of the journal of a folder. */
export const journalLineSchema: z.ZodType<JournalEntry> = z.discriminatedUnion('entry', [
  z.object({
    entry: z.literal('begun'),
    schemaVersion: z.literal(1),
    request: z.string(),
    exportId: z.string(),
    at: z.number(),
  }),
  z.object({ entry: z.literal('accepted'), statusUrl: z.string() }),
  z.object({
    entry: z.literal('downloaded'),
    path: z.string(),
    kind: z.enum(['output', 'deleted', 'error']),
    type: z.string().optional(),
    bytes: z.number(),
    lines: z.number(),
    sha256: z.string(),
  }),
  z.object({
    entry: z.literal('ended'),
    how: z.enum(['completed', 'failed', 'cancelled']),
    transactionTime: z.string().optional(),
  }),
]);
