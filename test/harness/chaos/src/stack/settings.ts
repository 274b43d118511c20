export const LEASE_MS = 2_000;
/** How long a worker that was told to end lets its shards reach a cut. */
export const WORKER_SHUTDOWN_MS = 2_000;

/**
 * Settings with which an export of a few megabytes takes long enough to be broken in the middle, and recovers
 * soon: the slow engine, small shards with several cuts each, short leases. Many attempts without progress
 * are allowed, so that faults which pass do not use them up. A process may be frozen for longer than a
 * resource may be evaluated; a freeze does not count as evaluation.
 */
export const WORKER_SETTINGS: Readonly<Record<string, string>> = {
  ENGINE: 'fhirpath',
  ENGINE_THREADS: '1',
  SHARD_BYTES: '2000000',
  PART_ROWS: '40',
  LEASE: `${LEASE_MS}ms`,
  LEASE_MARGIN: '400ms',
  MAX_ATTEMPTS: '100',
  RETRY_DELAY: '100ms',
  RESOURCE_TIMEOUT: '1s',
  SHUTDOWN_TIMEOUT: `${WORKER_SHUTDOWN_MS}ms`,
};
