import type { Dispatch, DispatchedStep } from '@millrace/export';

/** Lets waiting steps have their turn. */
export interface Dispatcher {
  /**
   * Sends messages for the steps whose turn it is, at once or after `afterMs`. Calls while it dispatches
   * cause one more dispatch. It never fails: `queue_reconciler` finds the messages that were not sent.
   */
  nudge(afterMs?: number): void;
  /** Forgets a later dispatch, and resolves when no dispatch is running. */
  close(): Promise<void>;
}

/** Steps that one script gives: it holds Redis for two or three milliseconds. */
const AT_ONCE = 100;

export function createDispatcher({
  jobs,
  queue,
  onError,
}: {
  jobs: Pick<Dispatch, 'dispatch'>;
  queue: { enqueue(steps: readonly DispatchedStep[]): Promise<void> };
  onError: (error: unknown) => void;
}): Dispatcher {
  const timers = new Set<NodeJS.Timeout>();
  let running: Promise<void> | undefined;
  let isWanted = false;

  async function send(): Promise<void> {
    try {
      for (;;) {
        isWanted = false;
        const steps = await jobs.dispatch(AT_ONCE);
        if (steps.length > 0) await queue.enqueue(steps);
        // Somebody may have asked since the script ran.
        if (steps.length < AT_ONCE && !isWanted) return;
      }
    } catch (error) {
      onError(error);
    } finally {
      // At once, and not when the promise has settled: a call between the two would be lost.
      running = undefined;
    }
  }

  function start(): void {
    isWanted = true;
    running ??= send();
  }

  return {
    nudge(afterMs = 0) {
      if (afterMs <= 0) return start();
      const timer = setTimeout(() => {
        timers.delete(timer);
        start();
      }, afterMs);
      timer.unref();
      timers.add(timer);
    },
    async close() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      while (running !== undefined) await running;
    },
  };
}
