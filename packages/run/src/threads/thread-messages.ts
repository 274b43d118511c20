import type { IndexBuild, IndexTask } from '@millrace/cohort';
import type { Cut } from '@millrace/export';
import type { Control } from '../range/read-cut-by-cut.js';
import type { RangeFault } from '../range/range-fault.js';
import type { CopyTask, RangeSummary, RangeTask } from '../range/range-task.js';
import type { VersionsTask } from '../versions/versions-task.js';
import type { FoundPatients, PatientsTask } from './find-patients.js';
import type { PathColumns } from './overdue-fault.js';
import type { ViewFacts, ViewsTask } from './view-facts.js';

/** Main thread to engine thread. */
export type ToEngineThread = ThreadRequest | { kind: 'cut-recorded' };

/** Asks for a range of lines to be evaluated, or to be copied. */
export type RangeRequest =
  | { readonly kind: 'run'; readonly task: RangeTask }
  | { readonly kind: 'copy'; readonly task: CopyTask };

/** A request to an engine thread. It handles one at a time. */
export type ThreadRequest =
  | RangeRequest
  /** Evaluates nothing. */
  | { readonly kind: 'describe'; readonly task: ViewsTask }
  /** Looks for the superseded lines of a resource type. */
  | { readonly kind: 'versions'; readonly task: VersionsTask }
  /** Looks through a source for a filter. */
  | { readonly kind: 'find-patients'; readonly task: PatientsTask }
  /** Indexes the ids of a file. */
  | { readonly kind: 'index-ids'; readonly task: IndexTask };

/** How an engine thread ends a request that it could fulfil. */
export type ThreadAnswer =
  | { readonly kind: 'done'; readonly summary: RangeSummary }
  | { readonly kind: 'described'; readonly facts: readonly ViewFacts[] }
  | { readonly kind: 'patients-found'; readonly found: FoundPatients }
  | { readonly kind: 'ids-indexed'; readonly build: IndexBuild };

/** Engine thread to main thread. `ready` comes once, then the story of one task after the other. */
export type FromEngineThread =
  | { kind: 'ready' }
  | { kind: 'upload'; key: string; uploadId: string }
  /** The columns or steps of a subject's view that its paths belong to, where fhirpath.js evaluates some of them. */
  | { kind: 'paths'; subject: number; columns: PathColumns }
  /** A part of the cut that follows, where parts are not stored. */
  | { kind: 'part'; key: string; chunks: readonly Uint8Array[] }
  | { kind: 'cut'; cut: Cut; resources: number }
  /** An id index that cannot be used, so that the file was looked through. */
  | { kind: 'index-damaged'; key: string; reason: string }
  | ThreadAnswer
  | { kind: 'stopped' }
  | { kind: 'failed'; fault: RangeFault };

/** The data that an engine thread is started with. */
export interface EngineThreadStart<Setup> {
  readonly setup: Setup;
  /** One Int32 that both threads see: an index into `CONTROLS`. The engine asks it between lines. */
  readonly control: SharedArrayBuffer;
  /** Memory in which the engine records what it evaluates: `PROGRESS_BYTES`. */
  readonly progress: SharedArrayBuffer;
}

export const CONTROLS = ['run', 'cut', 'stop'] as const satisfies readonly Control[];
