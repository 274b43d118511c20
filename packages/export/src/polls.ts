import type { ExportRecord } from './export-record.js';
import type { Owner } from './owner.js';

/** How often an owner may poll an export. */
export interface PollTerms {
  /** Polls that it may make at once. */
  readonly burst: number;
  /** How many times more often than it was told it may poll for ever. */
  readonly factor: number;
  /** The wait that counts before it was told any, in ms. */
  readonly untoldMs: number;
}

export interface Polled {
  readonly record: ExportRecord;
  readonly isTooOften: boolean;
  /** The wait that the owner was last told, in ms; undefined when it is unknown. */
  readonly toldMs: number | undefined;
}

/** Polls of all instances, counted together. */
export interface Polls {
  /**
   * Reads an export, and counts the poll if it is of its owner and the export is not over. Counting is best effort: where it
   * cannot be written, no poll is too often.
   *
   * @returns undefined when there is no such export
   */
  poll(exportId: string, by: Owner, terms: PollTerms): Promise<Polled | undefined>;
  /** Remembers for some time after how many ms its owner was told to poll an export again. */
  tell(exportId: string, retryMs: number): Promise<void>;
}
