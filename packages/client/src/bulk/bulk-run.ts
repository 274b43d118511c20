import type { AccessToken, Credentials } from '../access-token.js';
import type { Clock } from '../clock.js';
import type { ExportProgress } from '../status.js';
import type { ExportLog } from './folder/export-log.js';
import type { JournalFile } from './folder/journal-entry.js';
import type { Journal } from './folder/journal.js';

/** Hears how an export goes on. */
export interface BulkEvents {
  /** `isResumed`: by a start before this one. */
  accepted?(statusUrl: string, isResumed: boolean): void;
  progress?(progress: Pick<ExportProgress, 'text' | 'percent'>): void;
  /** Gets the number of files to download once a page of the manifest is known. `isLast`: the export is completed. */
  page?(files: number, isLast: boolean): void;
  /** Bytes of files were stored; below 0 of those that are dropped, because a file begins again. */
  received?(bytes: number): void;
  downloaded?(file: JournalFile): void;
  /** A request failed and is tried again. @param waitMs before that; undefined for at once */
  triedAgain?(failure: unknown, waitMs?: number): void;
  /** `signal` has aborted: what became of the export. */
  interrupted?(how: Interruption): void;
}

/** The state in which an interrupted client leaves its export. */
export type Interruption =
  /** It was not asked for. */
  | { readonly kind: 'not-begun' }
  /** It was asked for and not answered: it may run, and the next start asks for it by the same key. */
  | { readonly kind: 'unanswered' }
  | { readonly kind: 'cancelled' }
  /** The server could not be told, so that it goes on. */
  | { readonly kind: 'not-cancelled'; readonly statusUrl: string; readonly failure: unknown }
  /** The client has no say in it. */
  | { readonly kind: 'goes-on' };

/** The token is for the server, and for its files where the manifest says so. */
export interface BulkOptions extends BulkEvents, Credentials {
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock | undefined;
  /** Requests that fail are tried again for this long at most, in milliseconds, and never for 0. */
  readonly patienceMs?: number | undefined;
}

/** One start of an export or of a download: what the steps of it share. */
export interface Run {
  /** Where the files go. */
  readonly folder: string;
  /** Files at a time. */
  readonly parallel: number;
  readonly options: BulkOptions;
  readonly clock: Clock;
  readonly token: AccessToken;
  readonly journal: Journal;
  readonly log: ExportLog;
  /** URLs at which pages of the manifest were asked for. */
  readonly polled: Set<string>;
}
