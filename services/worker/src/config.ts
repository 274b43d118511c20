import { availableParallelism, hostname } from 'node:os';
import {
  auditSection,
  duration,
  fairnessSection,
  operationsSection,
  redisSection,
  refuseStorage,
  storageSection,
  wholeNumberVariable,
} from '@millrace/configuration';
import type { Config } from '@millrace/configuration';
import { z } from 'zod';

const MIB = 1 << 20;
const GIB = 1 << 30;

const bytes = (limits: { min: number; max: number; fallback: number }) => wholeNumberVariable(limits);

const perActivation = (fallback: number) => wholeNumberVariable({ min: 1, max: 100_000, fallback });

const engineSection = z
  .object({
    ENGINE_THREADS: wholeNumberVariable({ min: 0, max: 256, fallback: 0 }).describe(
      'Engine threads, each working on one shard at a time; 0 is one for each core.',
    ),
    ENGINE: z
      .enum(['auto', 'scan', 'codegen', 'fhirpath'])
      .default('auto')
      .describe(
        'What evaluates views: `auto` is the scan where it covers all views of a pass, else generated code, with fhirpath.js for what that does not cover. `scan` fails an export whose views it does not cover.',
      ),
    SCAN_CHECKS: z
      .enum(['all', 'read'])
      .default('all')
      .describe(
        'Which JSON the scan checks: `all` of a line, or what the views `read`. The latter is about a fifth faster, and what is wrong with values that no view reads goes unnoticed, as does all that stands in a line behind what a filter drops it for.',
      ),
    ENGINE_HEAP_MB: wholeNumberVariable({ min: 64, max: 65_536, fallback: 512 }).describe(
      'JavaScript heap of one engine thread in MiB. A thread that needs more ends, and its shard is tried again.',
    ),
    MALFORMED_LINES: z
      .enum(['fail', 'skip'])
      .default('fail')
      .describe('A line that is no FHIR resource fails its export, or is skipped and counted.'),
  })
  .transform((env) => ({
    threads: env.ENGINE_THREADS === 0 ? availableParallelism() : env.ENGINE_THREADS,
    engine: env.ENGINE,
    scanChecks: env.SCAN_CHECKS,
    maxHeapMb: env.ENGINE_HEAP_MB,
    malformedLines: env.MALFORMED_LINES,
  }))
  .describe('Engine');

const shardSection = z
  .object({
    SHARD_BYTES: bytes({ min: 1, max: 64 * GIB, fallback: 128 * MIB }).describe(
      'Bytes of a plain input that make one shard. A gzip input is one shard, whatever its size.',
    ),
    PART_BYTES: bytes({ min: 1, max: 8 * GIB, fallback: 128 * MIB }).describe(
      'A file is closed when it has this many bytes, and all other open files of the pass with it.',
    ),
    PART_ROWS: wholeNumberVariable({ min: 1, max: 1_000_000_000, fallback: 5_000_000 }).describe(
      'A file is closed when it has this many rows.',
    ),
    CUT_BYTES: bytes({ min: 1, max: 64 * GIB, fallback: GIB }).describe(
      'Input bytes (decompressed) after which all open files are closed: what a crash can cost at most.',
    ),
    CUT_AFTER: duration({ min: '100ms', fallback: '60s' }).describe(
      'Time after which all open files are closed.',
    ),
  })
  .transform((env) => ({
    shardBytes: env.SHARD_BYTES,
    limits: {
      partBytes: env.PART_BYTES,
      partRows: env.PART_ROWS,
      inputBytes: env.CUT_BYTES,
      seconds: env.CUT_AFTER / 1000,
    },
  }))
  .describe('Shards and files');

const leaseSection = z
  .object({
    WORKER_NAME: z
      .string()
      .regex(/^[\w.-]{0,128}$/, 'must be at most 128 letters, digits, dots, hyphens or underscores')
      .default('')
      .describe('Name of this worker in leases and logs; by default host name and process id.'),
    LEASE: duration({ min: '1s', fallback: '30s' }).describe(
      'How long a shard stays with a worker that is not heard of any more.',
    ),
    LEASE_MARGIN: duration({ min: '50ms', fallback: '2s' }).describe(
      'The work stops this long before its lease could end.',
    ),
    MAX_ATTEMPTS: wholeNumberVariable({ min: 1, max: 100, fallback: 3 }).describe(
      'Attempts at a step without progress, before its export fails.',
    ),
    RETRY_DELAY: duration({ min: '10ms', fallback: '5s' }).describe(
      'Wait before a failed step is tried again.',
    ),
    SHUTDOWN_TIMEOUT: duration({ min: '0s', fallback: '20s' }).describe(
      'After SIGTERM, how long running shards may take to reach a cut before they are dropped and handed back.',
    ),
  })
  .transform((env) => ({
    worker: env.WORKER_NAME === '' ? `${hostname()}-${process.pid}` : env.WORKER_NAME,
    terms: { leaseMs: env.LEASE, marginMs: env.LEASE_MARGIN },
    maxAttempts: env.MAX_ATTEMPTS,
    retryDelayMs: env.RETRY_DELAY,
    shutdownTimeoutMs: env.SHUTDOWN_TIMEOUT,
  }))
  .describe('Leases');

const maintenanceSection = z
  .object({
    QUEUE_TIMEOUT: duration({ min: '1s', fallback: '24h' }).describe(
      'An export that was accepted and is not started within this time fails.',
    ),
    NO_PROGRESS_TIMEOUT: duration({ min: '1s', fallback: '6h' }).describe(
      'A started export of which nothing is committed for this time fails.',
    ),
    ORPHAN_AGE: duration({ min: '1m', fallback: '1h' }).describe(
      'Objects in folders of exports that nothing knows are removed when they have not changed for this time.',
    ),
    MAX_RECLAIMED_PER_ACTIVATION: perActivation(100).describe(
      'Most steps of dead workers that one activation of `lease_reaper` lets wait again.',
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
      'Most entries that one activation of `audit_timeout` ends.',
    ),
    MAX_LISTED_KEYS: perActivation(10_000).describe(
      'Most objects that one activation of `orphan_sweeper` looks at.',
    ),
  })
  .transform((env) => ({
    terms: { queueTimeoutMs: env.QUEUE_TIMEOUT, noProgressMs: env.NO_PROGRESS_TIMEOUT },
    orphanAgeMs: env.ORPHAN_AGE,
    maxReclaimedPerActivation: env.MAX_RECLAIMED_PER_ACTIVATION,
    maxTimedOutPerActivation: env.MAX_TIMED_OUT_PER_ACTIVATION,
    maxDeletedPerActivation: env.MAX_DELETED_PER_ACTIVATION,
    maxListedKeys: env.MAX_LISTED_KEYS,
    auditTimeoutMs: env.AUDIT_TIMEOUT,
    auditRetentionMs: env.AUDIT_RETENTION,
    maxAuditTimedOutPerActivation: env.MAX_AUDIT_TIMED_OUT_PER_ACTIVATION,
  }))
  .describe('Background tasks');

export const configSchema = {
  redis: redisSection,
  storage: storageSection,
  fairness: fairnessSection,
  engine: engineSection,
  shards: shardSection,
  leases: leaseSection,
  maintenance: maintenanceSection,
  audit: auditSection,
  operations: operationsSection(9465),
};

export type WorkerConfig = Config<typeof configSchema>;

/** Combinations that are unsafe, one line each. */
export function refuse(config: WorkerConfig): readonly string[] {
  const { leaseMs, marginMs } = config.leases.terms;
  const hasty = leaseMs <= 2 * marginMs;
  const { auditRetentionMs, auditTimeoutMs } = config.maintenance;
  const forgetsEarly = auditRetentionMs <= 2 * auditTimeoutMs;
  const sweepsEarly = config.maintenance.orphanAgeMs < 2 * leaseMs;
  return [
    ...refuseStorage(config.storage),
    ...(hasty
      ? ['LEASE must be more than twice LEASE_MARGIN, so that there is time to renew it before work stops']
      : []),
    ...(forgetsEarly ? ['AUDIT_RETENTION must be more than two times AUDIT_TIMEOUT'] : []),
    ...(sweepsEarly
      ? ['ORPHAN_AGE must be two times LEASE or more, so that no worker still writes what is removed']
      : []),
  ];
}
