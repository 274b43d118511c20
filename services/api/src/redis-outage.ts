import { JobStoreUnavailableError } from './errors.js';

/** Messages of ioredis for which it has no class. */
const CONNECTION_LOST = [
  "Stream isn't writeable and enableOfflineQueue options is false",
  'Command timed out',
  'Connection is closed.',
  "Cluster isn't ready and enableOfflineQueue options is false",
  'Cluster is ended.',
  'None of startup nodes is available',
  'Failed to refresh slots cache.',
];

/** Replies of a server that is starting, failing over, full, or not the master any more. */
const NOT_SERVING = /^(LOADING|READONLY|OOM|CLUSTERDOWN|MASTERDOWN|NOREPLICAS|MISCONF|TRYAGAIN|BUSY)\b/;

/** Gives the errors of a Redis that cannot be used one name; every other error is returned as it is. */
export function nameRedisOutage(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const isOutage =
    CONNECTION_LOST.includes(error.message) ||
    (error.name === 'ReplyError' && NOT_SERVING.test(error.message)) ||
    ('code' in error &&
      typeof error.code === 'string' &&
      /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_)/.test(error.code));
  return isOutage ? new JobStoreUnavailableError(error.message, { cause: error }) : error;
}
