import { LeaseLostError } from '@millrace/export';
import type { JobStore, Lease, LeaseLoss } from '@millrace/export';

export interface KeptLease extends Disposable {
  /** Renews the lease now rather than when it is due: there is a sign that it is lost. */
  check(): void;
}

/** Listener for the fate of a lease while it is kept. */
export interface LeaseHolder {
  /** The lease was lost, or could have been. Called once at most. */
  onLost(error: LeaseLostError): void;
  /** The step has had its turn, and another client waits for its slot. */
  onWanted(): void;
}

export interface LeaseTerms {
  readonly leaseMs: number;
  /** The work stops this long before the lease could end, because stopping takes time. */
  readonly marginMs: number;
}

/** How soon a lease that is in doubt is tried again. */
const DOUBTFUL_MS = 250;

/**
 * Renews a lease in timers of its own until it is disposed. A watchdog counts by the monotonic clock from before the
 * last successful call, so that the work stops in time even if Redis never answers: a frozen Redis gives no event.
 *
 * @param claimedAt `performance.now()` from before the claim was sent
 */
export function keepLease(
  jobs: Pick<JobStore, 'heartbeat'>,
  lease: Lease,
  terms: LeaseTerms,
  claimedAt: number,
  holder: LeaseHolder,
): KeptLease {
  const { leaseMs, marginMs } = terms;
  let endsAt = claimedAt + leaseMs;
  let watchdog: NodeJS.Timeout | undefined;
  let beat: NodeJS.Timeout | undefined;
  /** The lease was lost, or is not needed any more. */
  let isOver = false;
  /** There is a sign that the lease is lost, and no answer since. */
  let isDoubtful = false;

  function lose(loss: LeaseLoss): void {
    stopTimers();
    if (isOver) return;
    isOver = true;
    holder.onLost(new LeaseLostError(loss, lease));
  }
  function stopTimers(): void {
    clearTimeout(watchdog);
    clearTimeout(beat);
  }
  function arm(afterMs: number): void {
    stopTimers();
    const now = performance.now();
    watchdog = setTimeout(() => lose('deadline'), Math.max(0, endsAt - marginMs - now));
    beat = setTimeout(() => void renew(), afterMs);
  }
  async function renew(): Promise<void> {
    const sentAt = performance.now();
    const answer = await jobs.heartbeat(lease, leaseMs).catch(() => undefined);
    if (isOver) return;
    if (answer !== undefined) isDoubtful = false;
    if (answer?.kind === 'fenced') return lose('fenced');
    if (answer?.kind === 'extended') {
      endsAt = sentAt + leaseMs;
      if (answer.isWanted === true) holder.onWanted();
    }
    const remaining = endsAt - performance.now();
    // Without an answer the next try comes sooner, while the watchdog keeps counting.
    const next = Math.max(leaseMs / 100, Math.min(answer ? leaseMs / 4 : leaseMs / 20, remaining / 3));
    arm(isDoubtful ? Math.min(next, DOUBTFUL_MS) : next);
  }

  arm(Math.min(leaseMs / 4, (endsAt - performance.now()) / 3));
  return {
    check() {
      if (isOver) return;
      isDoubtful = true;
      void renew();
    },
    [Symbol.dispose]() {
      isOver = true;
      stopTimers();
    },
  };
}
