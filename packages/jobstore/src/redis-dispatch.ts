import type { Dispatch, DispatchedStep, Upkeep } from '@millrace/export';
import { LEAST_WINDOW, capsText, WINDOW_FACTOR } from './limits.js';
import type { StoreAccess } from './store-access.js';

export function redisDispatch({ redis, keys, run, limits }: StoreAccess): Dispatch {
  return {
    async dispatch(max) {
      const [, ...steps] = await run(
        'dispatch',
        [keys.window],
        [max, limits.deliveryMs, WINDOW_FACTOR, LEAST_WINDOW, capsText(limits)],
      );
      return steps;
    },
    async registerWorker({ id, slots, forMs }) {
      await run('register', [keys.workers, keys.workerSlots, keys.capacity], [id, slots, forMs]);
    },
    async backlog() {
      const [seconds, micros] = await redis.time();
      const now = Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
      const [queued, window, [, oldest]] = await Promise.all([
        redis.zcount(keys.queued, '-inf', now),
        redis.zcard(keys.window),
        redis.zrange(keys.queued, 0, 0, 'WITHSCORES'),
      ]);
      return { queued, window, oldestMs: oldest === undefined ? 0 : Math.max(0, now - Number(oldest)) };
    },
  };
}

export function redisUpkeep({ keys, run, limits }: StoreAccess): Upkeep {
  return {
    async takeBack(steps) {
      const held = steps.map(
        ({ exportId, step, token, leaseEnds }) => `${exportId}/${step} ${token} ${leaseEnds}\n`,
      );
      const [, returned] = await run('take-back', [keys.window], [held.join('')]);
      return { returned };
    },
    async resolve({ lost, there }) {
      const [, returned] = await run(
        'resolve',
        [keys.window],
        [limits.deliveryMs, references(there), references(lost)],
      );
      return { returned };
    },
    async mend(max) {
      const [, steps, lost] = await run('mend', [keys.live, keys.place], [max]);
      return { steps, lost };
    },
  };
}

function references(steps: readonly DispatchedStep[]): string {
  return steps.map(({ exportId, step, round }) => `${exportId}/${step}/${round} `).join('');
}
