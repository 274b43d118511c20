import {
  auditSection,
  destinationsSection,
  externalTablesSection,
  fairnessSection,
  operationsSection,
  redisSection,
  unsafeStorageSettings,
  storageSection,
  tracingSection,
} from '@millrace/configuration';
import type { Config } from '@millrace/configuration';
import { MOST_RESOURCE_BYTES } from '@millrace/run';
import { MOST_S3_BYTES } from '@millrace/storage';
import { engineSection } from './config/engine-section.js';
import { leaseSection } from './config/lease-section.js';
import { maintenanceSection } from './config/maintenance-section.js';
import { shardSection } from './config/shard-section.js';
import { sqlSection } from './config/sql-section.js';

export const configSchema = {
  redis: redisSection,
  storage: storageSection,
  externalTables: externalTablesSection,
  destinations: destinationsSection,
  fairness: fairnessSection,
  engine: engineSection,
  shards: shardSection,
  sql: sqlSection,
  leases: leaseSection,
  maintenance: maintenanceSection,
  audit: auditSection,
  operations: operationsSection(9465),
  tracing: tracingSection,
};

export type WorkerConfig = Config<typeof configSchema>;

/** Combinations that are unsafe, one line each. */
export function unsafeSettings(config: WorkerConfig): readonly string[] {
  const { leaseMs, marginMs } = config.leases.terms;
  const hasty = leaseMs <= 2 * marginMs;
  const { auditRetentionMs, auditTimeoutMs } = config.maintenance;
  const forgetsEarly = auditRetentionMs <= 2 * auditTimeoutMs;
  // The rows of one resource come on top, in memory until the file ends.
  const isBeyondBucket =
    config.storage.out.kind === 's3' &&
    config.shards.limits.partBytes + 2 * MOST_RESOURCE_BYTES > MOST_S3_BYTES;
  const sweepsEarly = config.maintenance.orphanAgeMs < 2 * leaseMs;
  return [
    ...unsafeStorageSettings(config.storage),
    ...(isBeyondBucket
      ? [
          `PART_BYTES must be at most ${MOST_S3_BYTES - 2 * MOST_RESOURCE_BYTES} where results go to a bucket: an object has 10,000 parts of 8 MiB`,
        ]
      : []),
    ...(hasty
      ? ['LEASE must be more than twice LEASE_MARGIN, so that a worker has time to renew its lease']
      : []),
    ...(forgetsEarly ? ['AUDIT_RETENTION must be more than twice AUDIT_TIMEOUT'] : []),
    ...(sweepsEarly
      ? ['ORPHAN_AGE must be at least twice LEASE, so that no object is removed while a worker writes it']
      : []),
  ];
}
