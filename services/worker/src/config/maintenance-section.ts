import { duration, wholeNumberVariable } from '@millrace/configuration';
import * as z from 'zod';

const perActivation = (fallback: number) => wholeNumberVariable({ min: 1, max: 100_000, fallback });

/** When background tasks step in, and how much one activation does. */
export const maintenanceSection = z
  .object({
    QUEUE_TIMEOUT: duration({ min: '1s', fallback: '24h' }).describe(
      'An accepted export that no worker has started within this time fails.',
    ),
    NO_PROGRESS_TIMEOUT: duration({ min: '1s', fallback: '6h' }).describe(
      'A started export that commits nothing for this time fails.',
    ),
    ORPHAN_AGE: duration({ min: '1m', fallback: '1h' }).describe(
      'Objects that belong to no known export are removed when they have not changed for this time.',
    ),
    MAX_RECLAIMED_PER_ACTIVATION: perActivation(100).describe(
      'Most steps of dead workers that one activation of `lease_reaper` puts back into the queue.',
    ),
    MAX_TIMED_OUT_PER_ACTIVATION: perActivation(100).describe(
      'Most exports that one activation of `stale_entry_timeout` fails.',
    ),
    MAX_DELETED_PER_ACTIVATION: perActivation(100).describe(
      'Most exports that one activation of `output_ttl_reaper` deletes.',
    ),
    AUDIT_TIMEOUT: duration({ min: '1m', fallback: '4h' }).describe(
      'An audit entry that is not completed within this time becomes `unknown`.',
    ),
    AUDIT_RETENTION: duration({ min: '1h', fallback: '90d' }).describe(
      'How long audit entries are kept, in whole days; more than twice `AUDIT_TIMEOUT`.',
    ),
    MAX_AUDIT_TIMED_OUT_PER_ACTIVATION: perActivation(1_000).describe(
      'Most entries that one activation of `audit_timeout` completes as `unknown`.',
    ),
    MAX_LISTED_KEYS: perActivation(10_000).describe(
      'Most objects that one activation of `orphan_sweeper` looks at.',
    ),
    VERIFY_BYTES_PER_SECOND: wholeNumberVariable({
      min: 0,
      max: 10_000_000_000,
      fallback: 16_777_216,
    }).describe(
      'Most bytes of finished files that `output_verifier` reads in a second, while it runs: for 10 seconds of each minute. 0 turns it off.',
    ),
  })
  .transform((env) => ({
    terms: { queueTimeoutMs: env.QUEUE_TIMEOUT, noProgressMs: env.NO_PROGRESS_TIMEOUT },
    orphanAgeMs: env.ORPHAN_AGE,
    maxReclaimedPerActivation: env.MAX_RECLAIMED_PER_ACTIVATION,
    maxTimedOutPerActivation: env.MAX_TIMED_OUT_PER_ACTIVATION,
    maxDeletedPerActivation: env.MAX_DELETED_PER_ACTIVATION,
    maxListedKeys: env.MAX_LISTED_KEYS,
    verifyBytesPerSecond: env.VERIFY_BYTES_PER_SECOND,
    auditTimeoutMs: env.AUDIT_TIMEOUT,
    auditRetentionMs: env.AUDIT_RETENTION,
    maxAuditTimedOutPerActivation: env.MAX_AUDIT_TIMED_OUT_PER_ACTIVATION,
  }))
  .describe('Background tasks');
