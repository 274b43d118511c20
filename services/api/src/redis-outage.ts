import { redisOutageReason } from '@millrace/observability';
import { JobStoreUnavailableError } from './errors.js';

/** Gives the errors of a Redis that cannot be used one name; every other error is returned as it is. */
export function nameRedisOutage(error: unknown): unknown {
  if (redisOutageReason(error) === undefined) return error;
  return error instanceof JobStoreUnavailableError || !(error instanceof Error)
    ? error
    : new JobStoreUnavailableError(error.message, { cause: error });
}
