import { setTimeout as delay } from 'node:timers/promises';
import type { KeyTrust } from '@millrace/export';
import type { BackgroundWork } from './background-work.js';
import type { SweptPart } from './rebuild-export.js';

/** Whether an idempotency key is free is not known yet. It is once the exports that Redis has lost are put back. */
export class KeysUnsureError extends Error {
  override readonly name = 'KeysUnsureError';

  constructor() {
    super(
      'exports that Redis may have lost are being put back; until then no idempotency key counts as free',
    );
  }
}

export interface RecoveryPorts {
  readonly jobs: KeyTrust;
  /** Puts back lost exports of a part of the object store. @param after where to go on; undefined starts over */
  sweep(after: string | undefined): Promise<SweptPart>;
  readonly background: BackgroundWork;
  /** Between the parts of a sweep it ends there. */
  readonly signal: AbortSignal;
}

export interface KeyRecovery {
  /** Waits until all exports are in Redis again. @throws KeysUnsureError when that takes longer than a client waits */
  recovered(): Promise<void>;
}

/** A client has its answer within two seconds. */
const PATIENCE_MS = 1000;

/**
 * Puts back exports that Redis has lost, so that their idempotency keys are held again. All requests of a process that wait
 * for it share one sweep, which goes on when they have given up.
 */
export function createKeyRecovery({ jobs, sweep, background, signal }: RecoveryPorts): KeyRecovery {
  let underway: Promise<void> | undefined;

  async function sweepAll(): Promise<void> {
    const run = await jobs.serverRun();
    let isWhole = true;
    let after: string | undefined;
    do {
      if (signal.aborted) return;
      const { next, ofNewer } = await sweep(after);
      if (ofNewer > 0) isWhole = false;
      after = next;
    } while (after !== undefined);
    if (isWhole) await jobs.trustKeys(run);
  }

  return {
    async recovered() {
      underway ??= background.run(sweepAll).finally(() => (underway = undefined));
      const isOver = await Promise.race([
        underway.then(() => true),
        delay(PATIENCE_MS, false, { ref: false }),
      ]);
      if (!isOver) throw new KeysUnsureError();
    },
  };
}
