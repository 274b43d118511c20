import { z } from 'zod';
import { location } from './location.js';
import type { Location } from './location.js';
import { duration, flag, port, wholeNumberVariable } from './variables.js';

const DAY = '24h';

/** How much one tenant may have at a time. Every service must have the same. */
export const fairnessSection = z
  .object({
    TENANT_SHARD_CAP: wholeNumberVariable({ min: 0, max: 1_000_000, fallback: 0 }).describe(
      'Most steps of one tenant that are worked on at a time, by all workers together; 0 is no limit.',
    ),
    TENANT_EXPORT_CAP: wholeNumberVariable({ min: 0, max: 1_000_000, fallback: 0 }).describe(
      'Most exports of one tenant that are not over; another kick-off is answered with 429. 0 is no limit.',
    ),
  })
  .transform((env) => ({ tenantSteps: env.TENANT_SHARD_CAP, tenantExports: env.TENANT_EXPORT_CAP }))
  .describe('Fairness');

/** What is read and where results go. Places on S3 come with what is needed to open them, apart from credentials. */
export const storageSection = z
  .object({
    MILLRACE_DATA: location.describe(
      'Sources: a folder (or `s3://bucket/prefix`) of NDJSON files by resource type, or of such folders, one source each.',
    ),
    MILLRACE_OUT: location.describe(
      'Where requests, results and definitions are kept: a folder that all processes share, or `s3://bucket/prefix`.',
    ),
    FHIR_VERSION: z.enum(['R4', 'R5']).default('R4').describe('FHIR version of the sources.'),
    RETENTION: duration({
      min: DAY,
      fallback: DAY,
      because: 'results must stay available for a day after an export has ended',
    }).describe('How long a finished export and its files are kept, counted from its end.'),
    LONGEST_RUN: duration({ min: '1h', fallback: '7d' }).describe(
      'An export that was accepted longer ago than this is not run again after a loss of Redis.',
    ),
    S3_ENDPOINT: z
      .url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' })
      .optional()
      .describe(
        'Server that speaks the protocol of S3; AWS when unset. Credentials are found as the AWS SDK does.',
      ),
    S3_REGION: z.string().optional().describe('Region of the buckets; found as the AWS SDK does when unset.'),
    S3_FORCE_PATH_STYLE: z
      .enum(['true', 'false'], 'must be true or false')
      .optional()
      .describe('Bucket in the path instead of the host name. By default with `S3_ENDPOINT` only.'),
    STORAGE_REQUIRE_CONDITIONAL_PUT: flag(false).describe(
      'Refuse to start on an object store that does not honour `If-None-Match: *`, instead of guarding creations by reading back, which is weaker.',
    ),
    CLUSTER: flag(false).describe(
      'The services run on more than one machine: settings that are unsafe then are refused at start.',
    ),
    SHARED_FOLDERS: flag(false).describe(
      'The folders of `MILLRACE_DATA` and `MILLRACE_OUT` are the same file system on every machine.',
    ),
  })
  .transform((env) => {
    const s3 = {
      ...(env.S3_ENDPOINT === undefined ? {} : { endpoint: env.S3_ENDPOINT }),
      ...(env.S3_REGION === undefined ? {} : { region: env.S3_REGION }),
      ...(env.S3_FORCE_PATH_STYLE === undefined
        ? {}
        : { forcePathStyle: env.S3_FORCE_PATH_STYLE === 'true' }),
    };
    const place = (at: Location) => (at.kind === 's3' ? { ...at, ...s3 } : at);
    return {
      data: place(env.MILLRACE_DATA),
      out: place(env.MILLRACE_OUT),
      fhirVersion: env.FHIR_VERSION,
      retentionMs: env.RETENTION,
      longestRunMs: env.LONGEST_RUN,
      requireConditionalPut: env.STORAGE_REQUIRE_CONDITIONAL_PUT,
      cluster: env.CLUSTER,
      sharedFolders: env.SHARED_FOLDERS,
    };
  })
  .describe('Storage');

/** What is unsafe about where a service reads and writes, one line each. */
export function refuseStorage(storage: z.output<typeof storageSection>): readonly string[] {
  const { cluster, sharedFolders, data, out } = storage;
  if (!cluster || sharedFolders || (data.kind === 's3' && out.kind === 's3')) return [];
  return [
    'CLUSTER is true, so MILLRACE_DATA and MILLRACE_OUT must be s3://…, or SHARED_FOLDERS true if every machine sees the same folders',
  ];
}

/** The part of the audit log that is not archived yet. */
export const auditSection = z
  .object({
    AUDIT_MAX_UNARCHIVED_BYTES: wholeNumberVariable({
      ...{ min: 1 << 16, max: 1 << 30, fallback: 64 * (1 << 20) },
    }).describe(
      'With as many bytes of audit entries that are not archived, kick-offs, cancels and downloads are refused with 503; with half of them `audit_archive` warns.',
    ),
  })
  .transform((env) => ({ maxUnarchivedBytes: env.AUDIT_MAX_UNARCHIVED_BYTES }))
  .describe('Audit log');

/** Logging, and the listener for operators. */
export function operationsSection(defaultPort: number) {
  return z
    .object({
      LOG_LEVEL: z
        .enum(['debug', 'info', 'warn', 'error', 'silent'])
        .default('info')
        .describe('Least severe level that is logged.'),
      OPS_HOST: z
        .string()
        .default('127.0.0.1')
        .describe(
          'Address of the operations listener (`/livez`, `/readyz`, `/metrics`, on the API also `/admin`). Only `/admin` has access control.',
        ),
      OPS_PORT: port(defaultPort).describe('Port of the operations listener; 0 picks a free one.'),
    })
    .transform((env) => ({ logLevel: env.LOG_LEVEL, host: env.OPS_HOST, port: env.OPS_PORT }))
    .describe('Operations');
}
