import { hostname } from 'node:os';
import { duration, wholeNumberVariable } from '@millrace/configuration';
import * as z from 'zod';

/** How long work stays with a worker, and what becomes of it when it fails or the worker ends. */
export const leaseSection = z
  .object({
    WORKER_NAME: z
      .string()
      .regex(/^[\w.-]{0,128}$/, 'must be at most 128 letters, digits, dots, hyphens or underscores')
      .default('')
      .describe('Name of this worker in leases and logs; by default host name and process id.'),
    LEASE: duration({ min: '1s', fallback: '30s' }).describe(
      'Time after which the shard of a worker that no longer answers goes to another worker.',
    ),
    LEASE_MARGIN: duration({ min: '50ms', fallback: '2s' }).describe(
      'A worker stops its work this long before its lease could end.',
    ),
    MAX_ATTEMPTS: wholeNumberVariable({ min: 1, max: 100, fallback: 3 }).describe(
      'Attempts at a step without progress after which its export fails.',
    ),
    RETRY_DELAY: duration({ min: '10ms', fallback: '5s' }).describe(
      'Wait before a failed step is tried again.',
    ),
    OUTAGE_PATIENCE: duration({ min: '0s', fallback: '15m' }).describe(
      'While the object store or a source cannot be used, a step is tried again for this long, with growing pauses and without counting attempts. After that its export fails.',
    ),
    SHUTDOWN_TIMEOUT: duration({ min: '0s', fallback: '20s' }).describe(
      'Time after SIGTERM in which running shards may reach a cut. After that the worker drops their work and hands them back.',
    ),
  })
  .transform((env) => ({
    worker: env.WORKER_NAME === '' ? `${hostname()}-${process.pid}` : env.WORKER_NAME,
    terms: { leaseMs: env.LEASE, marginMs: env.LEASE_MARGIN },
    maxAttempts: env.MAX_ATTEMPTS,
    retryDelayMs: env.RETRY_DELAY,
    outagePatienceMs: env.OUTAGE_PATIENCE,
    shutdownTimeoutMs: env.SHUTDOWN_TIMEOUT,
  }))
  .describe('Leases');
