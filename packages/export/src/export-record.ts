import type { ExportState, Outcome } from './export.js';
import type { Failure } from './failure.js';

/** Working state of one export: ids, counters and times. The wishes of the client are in `request.json`. */
export interface ExportRecord {
  readonly id: string;
  readonly tenant: string;
  readonly client: string;
  /** An export of Bulk Data, whose status has an address of its own. Versions without this field told nothing of it. */
  readonly isBulk?: boolean;
  readonly state: ExportState;
  /** Outcome that is being decided, or that was. */
  readonly outcome?: Outcome;
  /** Milliseconds since the epoch, by the clock of Redis, as all times here. */
  readonly acceptedAt: number;
  readonly startedAt?: number;
  /** When it was accepted or put back, was started, or last committed something. */
  readonly progressAt?: number;
  /** Taken once, when the export starts to be decided. */
  readonly endedAt?: number;
  readonly expiresAt?: number;
  /** Undefined until the plan is complete. */
  readonly shardsTotal?: number;
  readonly shardsDone: number;
  /** Subjects whose passes are over. Absent where passes are not counted. */
  readonly subjectsDone?: number;
  /** Stored bytes of all inputs of all shards, and how many of them have been committed. */
  readonly bytesTotal: number;
  readonly bytesRead: number;
  readonly rowsWritten: number;
  readonly bytesWritten: number;
  /** Files of all commits, and the index of the subject that the last of them belongs to. Absent before the first commit. */
  readonly filesWritten?: number;
  readonly latestSubject?: number;
  readonly skippedLines: number;
  readonly failure?: Failure;
}
