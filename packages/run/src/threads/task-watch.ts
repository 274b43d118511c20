import type { Cut } from '@millrace/export';
import type { RangeFault } from '../range/range-fault.js';

/** How one task of the pool is watched and steered. */
export interface TaskWatch {
  /** Is given each part of a cut before the cut itself, by threads that store none. */
  onPart?(key: string, chunks: readonly Uint8Array[]): void;
  /**
   * Records a cut, any but the last; the engine waits for it. When it rejects, the task is stopped and rejects with the
   * reason.
   */
  onCut(cut: Cut): Promise<void>;
  /** Ends the task at once and drops its uncommitted parts. */
  readonly stop: AbortSignal;
  /** Ends the task at the next cut; its summary then has no `last`. */
  readonly finishAtCut: AbortSignal;
}

/** A fault that the engine thread reported; see `EngineThreadAdapters.fault`. */
export class EngineFaultError extends Error {
  override readonly name = 'EngineFaultError';
  readonly fault: RangeFault;
  /** The dependency that the engine could not reach. */
  readonly away: RangeFault['away'];

  constructor(fault: RangeFault) {
    super(fault.failure.diagnostics);
    this.fault = fault;
    this.away = fault.away;
  }
}

/** The thread ended in the middle of a task: out of memory, or terminated because it did not stop. */
export class EngineCrashedError extends Error {
  override readonly name = 'EngineCrashedError';
}
