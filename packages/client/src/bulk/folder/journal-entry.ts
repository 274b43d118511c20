import type { BulkFileKind } from '../bulk-manifest.js';

/** One line of the journal of a folder. */
export type JournalEntry =
  | {
      readonly entry: 'begun';
      readonly schemaVersion: 1;
      /** URL of the kick-off: server, level and parameters. */
      readonly request: string;
      /** Of this client: names the export in the log, and its kick-off. */
      readonly exportId: string;
      /** Milliseconds since the epoch. */
      readonly at: number;
    }
  | { readonly entry: 'accepted'; readonly statusUrl: string }
  | ({ readonly entry: 'downloaded' } & JournalFile)
  | {
      readonly entry: 'ended';
      readonly how: 'completed' | 'failed' | 'cancelled';
      readonly transactionTime?: string | undefined;
    };

/** A file of an export that is whole. */
export interface JournalFile {
  /** Below the folder. */
  readonly path: string;
  readonly kind: BulkFileKind;
  /** None for a file of blocks of several types. */
  readonly type?: string | undefined;
  readonly bytes: number;
  /** Resources, and headers of blocks. */
  readonly lines: number;
  /** Hex. */
  readonly sha256: string;
}

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
