import type { DispatchedStep, HeldStep } from './sent-step.js';

/** How much waits, for scalers and metrics. */
export interface Backlog {
  /** Steps that may be dispatched and that no worker holds. A stage of many thousands counts a thousand at a time. */
  readonly queued: number;
  /** How long ago the first of them could have been dispatched, in ms; 0 when no step waits. */
  readonly oldestMs: number;
  /** Steps that were dispatched and are neither done nor back. */
  readonly window: number;
}

/**
 * Which step is next. Steps that are ready wait in the store; the transition that makes one ready queues it. The queue
 * of messages holds only what workers will take soon, so that a new export does not wait behind every step before it.
 */
export interface Dispatch {
  /**
   * Takes at most `max` steps, as far as the window has room, for which the caller then sends messages. The next step
   * is that of the tenant that has had least, and in it of the export that has had least. Tenants at their cap are
   * passed over. May be called by anybody at any time; no step is given twice while it is in the window.
   */
  dispatch(max: number): Promise<readonly DispatchedStep[]>;
  /** The window is twice the slots of all workers that are known. A worker of 0 slots is forgotten. */
  registerWorker(worker: { id: string; slots: number; forMs: number }): Promise<void>;
  backlog(): Promise<Backlog>;
}

/** The findings of `mend`. */
export interface Mended {
  /** Steps that were ready but in no set, or held but not in the window. */
  readonly steps: number;
  /** Exports of which nothing but the id is left. They are not listed as live any more. */
  readonly lost: readonly string[];
}

/** Repairs, each bounded and safe to do in many processes at the same time. */
export interface Upkeep {
  /**
   * Lets steps that workers have wait again, and fences their owners. A step whose lease was renewed in the meantime, or
   * that passed to somebody else, stays.
   */
  takeBack(steps: readonly HeldStep[]): Promise<{ returned: number }>;
  /**
   * Records the answer of the queue of messages: `lost` steps wait again in the next round, `there` get more
   * time.
   */
  resolve(silent: {
    lost: readonly DispatchedStep[];
    there: readonly DispatchedStep[];
  }): Promise<{ returned: number }>;
  /** Compares the next `max` steps of live exports with the sets, and goes on from there when called again, by whomever. */
  mend(max: number): Promise<Mended>;
}
