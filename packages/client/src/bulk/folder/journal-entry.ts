import * as z from 'zod';

/** One line of the journal of a folder. */
export const journalEntrySchema = z.discriminatedUnion('entry', [
  z.object({
    entry: z.literal('begun'),
    schemaVersion: z.literal(1),
    /** URL of the kick-off: server, level and parameters. */
    request: z.string(),
    /** Of this client: names the export in the log, and its kick-off. */
    exportId: z.string(),
    /** Milliseconds since the epoch. */
    at: z.number(),
  }),
  z.object({ entry: z.literal('accepted'), statusUrl: z.string() }),
  z.object({
    entry: z.literal('downloaded'),
    /** Below the folder. */
    path: z.string(),
    kind: z.enum(['output', 'deleted', 'error']),
    /** None for a file of blocks of several types. */
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

export type JournalEntry = z.infer<typeof journalEntrySchema>;
export type JournalFile = Omit<Extract<JournalEntry, { entry: 'downloaded' }>, 'entry'>;

/** How far the export of a folder has come. */
export interface JournalState {
  readonly request: string;
  readonly exportId: string;
  readonly begunAt: number;
  readonly statusUrl: string | undefined;
  /** By path. */
  readonly files: Map<string, JournalFile>;
  readonly ended: Extract<JournalEntry, { entry: 'ended' }> | undefined;
  /** Files of this export and of those before it that failed or were cancelled. */
  readonly everyPath: Set<string>;
}

/** The state after one more entry. @returns undefined while nothing has begun */
export function afterEntry(state: JournalState | undefined, line: JournalEntry): JournalState | undefined {
  switch (line.entry) {
    case 'begun':
      return {
        request: line.request,
        exportId: line.exportId,
        begunAt: line.at,
        statusUrl: undefined,
        files: new Map(),
        ended: undefined,
        everyPath: state?.everyPath ?? new Set(),
      };
    case 'accepted':
      return state && { ...state, statusUrl: line.statusUrl };
    case 'downloaded': {
      const { entry: _, ...file } = line;
      state?.files.set(file.path, file);
      state?.everyPath.add(file.path);
      return state;
    }
    case 'ended':
      return state && { ...state, ended: line };
    default:
      return line satisfies never;
  }
}
