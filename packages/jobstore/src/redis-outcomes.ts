import type { Outcomes } from '@millrace/export';
import { stepsInKeyOrder } from './keys.js';
import type { StoreAccess } from './store-access.js';

/** Steps whose keys one script removes: two keys each. */
const FORGET = 500;

/** Slices that `settle` removes at once; the rest of a larger export goes when it expires. */
const SETTLE_SLICES = 20;

export function redisOutcomes(access: StoreAccess): Outcomes {
  const { keys, run } = access;
  return {
    async decide(exportId, decision) {
      const lease = decision.outcome === 'cancelled' ? undefined : decision.lease;
      const nonce =
        decision.outcome === 'completed' ? decision.lease.nonce : (lease?.nonce ?? decision.nonce);
      const isFailure = decision.outcome === 'failed';
      const failure = isFailure ? JSON.stringify(decision.failure) : '';
      const idleSince = isFailure ? (decision.idleSince ?? '') : '';
      const export_ = keys.export(exportId);
      const reply = await run(
        'decide',
        [export_, lease === undefined ? export_ : keys.step(exportId, lease.step)],
        [decision.outcome, nonce, lease?.token ?? '', failure, idleSince],
      );
      switch (reply[0]) {
        case 'deciding':
          return { kind: 'deciding', at: reply[1] };
        case 'already':
          return { kind: 'already', state: reply[1], outcome: reply[2], at: reply[3] };
        case 'fenced':
        case 'gone':
          return { kind: reply[0] };
        default:
          return reply satisfies never;
      }
    },
    async settle(exportId, { outcome, endedAt, expiresAt, failure }) {
      const reply = await run(
        'settle',
        [keys.export(exportId), keys.live, keys.over],
        [exportId, outcome, endedAt, expiresAt, failure === undefined ? '' : JSON.stringify(failure)],
      );
      if (reply[0] === 'settled') await forgetSteps(access, exportId, reply[1], SETTLE_SLICES);
      return reply[0];
    },
    async expire(exportId) {
      for (;;) {
        const reply = await run('expire', [keys.export(exportId), keys.over], [exportId]);
        if (reply[0] !== 'steps') return reply[0] === 'expired';
        await forgetSteps(access, exportId, reply[1], Infinity);
      }
    },
  };
}

/** Removes the keys of an ended export's steps, the last ones first, in at most `slices` scripts. */
async function forgetSteps(
  { keys, run }: StoreAccess,
  exportId: string,
  stepKeys: number,
  slices: number,
): Promise<void> {
  let left = stepKeys;
  for (let slice = 0; slice < slices && left > 0; slice += 1) {
    const from = Math.max(0, left - FORGET);
    const doomed = stepsInKeyOrder(from, left).flatMap((step) => [
      keys.step(exportId, step),
      keys.parts(exportId, step),
    ]);
    await run('forget-steps', [keys.export(exportId), ...doomed], [from]);
    left = from;
  }
}
