import { setTimeout as delay } from 'node:timers/promises';
import { growingPauseMs } from '@millrace/observability';
import { createRedisBackend, type BackendFactory, type RedisQueueBackend } from 'bullmq';

const PAUSES = { firstMs: 100, lastMs: 5_000 };

/**
 * The backend of a BullMQ worker that asks for messages at a bearable pace. BullMQ asks again at once, or after a tenth
 * of a second, when Redis answers with an error: because it is full, read-only, or denies something. After each failure
 * in a row the next question is kept back longer, up to some seconds.
 *
 * @param leaving ends every pause
 */
export function pacedBackend(leaving: AbortSignal): BackendFactory<RedisQueueBackend> {
  return (name, options, wishes) => {
    const backend = createRedisBackend(name, options, wishes);
    backend.moveToActive = paced(backend.moveToActive.bind(backend), leaving);
    backend.waitForJob = paced(backend.waitForJob.bind(backend), leaving);
    return backend;
  };
}

function paced<Given extends unknown[], Found>(
  ask: (...given: Given) => Promise<Found>,
  leaving: AbortSignal,
): (...given: Given) => Promise<Found> {
  let failures = 0;
  return async (...given) => {
    if (failures > 0) {
      const pause = growingPauseMs(failures, PAUSES);
      await delay(pause, undefined, { signal: leaving }).catch(() => undefined);
    }
    try {
      const found = await ask(...given);
      failures = 0;
      return found;
    } catch (error) {
      failures += 1;
      throw error;
    }
  };
}
