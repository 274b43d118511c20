import type { AuditEntry, AuditResult, AuditStart } from './audit-entry.js';
import type { Position } from './position.js';

/** A part of the log, by time of completion: `from` and later, before `to`; in ms. */
export interface AuditWindow {
  readonly from: number;
  readonly to: number;
}

/** How much there is that is not archived. */
export interface AuditBacklog {
  readonly open: number;
  readonly completed: number;
  /** Of both. */
  readonly bytes: number;
}

/** The part of the log that Redis has: entries that are open, and completed ones that are not archived. */
export interface AuditLog {
  /**
   * To be awaited before the work. `full` when the entries that wait for the archive have reached their limit in bytes.
   *
   * @throws when it cannot be written: then the work must not be done
   */
  init(start: AuditStart): Promise<'started' | 'full'>;
  /** Ends an entry, once: `already_completed` changes nothing, also when the entry was timed out. */
  complete(id: string, result: AuditResult): Promise<'completed' | 'already_completed'>;
  /** Ends at most `max` entries as `unknown` that were started at `cutoff` or before, the oldest first. */
  timeOut(cutoff: number, max: number): Promise<number>;
  /**
   * Completed entries of a window in the order of their positions. Entries of the current millisecond are left out: others
   * may join them.
   *
   * @param after leaves out what stands there or before
   */
  page(window: AuditWindow, after: Position | undefined, max: number): Promise<readonly AuditEntry[]>;
  /** Forgets completed entries that stand there or before. */
  drop(upTo: Position): Promise<number>;
  backlog(): Promise<AuditBacklog>;
}
