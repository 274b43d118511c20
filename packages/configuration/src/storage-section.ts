import * as z from 'zod';
import { location } from './location.js';
import type { Location } from './location.js';
import { duration, flag, wholeNumberVariable } from './variables.js';

const DAY = '24h';

/** The sources and the place of the results. A place on S3 has all that is needed to open it, except credentials. */
export const storageSection = z
  .object({
    MILLRACE_DATA: location.describe(
      'Sources: a folder (or `s3://bucket/prefix`) with NDJSON files for each resource type, or with such folders, each of which is a source.',
    ),
    MILLRACE_OUT: location.describe(
      'Where requests, results and definitions are kept: a folder that all processes share, or `s3://bucket/prefix`.',
    ),
    GZIP_RATIO: wholeNumberVariable({ min: 1, max: 1032, fallback: 200 }).describe(
      'Most bytes that may come out of each stored byte of a gzip file of a source. An export of a file with more than 64 MiB in which more comes out fails, so that no small file keeps a worker busy for long; FHIR resources give 10 to 30. 1032 lets all pass.',
    ),
    FHIR_VERSION: z.enum(['R4', 'R5']).default('R4').describe('FHIR version of the sources.'),
    RETENTION: duration({
      min: DAY,
      fallback: DAY,
      because: 'results must stay available for a day after an export has ended',
    }).describe('How long a finished export and its files are kept, counted from its end.'),
    LONGEST_RUN: duration({ min: '1h', fallback: '7d' }).describe(
      'After Redis has lost its data, an unfinished export is run again only if it was accepted within this time.',
    ),
    S3_ENDPOINT: z
      .url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' })
      .optional()
      .describe(
        'URL of a server with the S3 protocol; AWS if unset. Credentials come from where the AWS SDK looks for them.',
      ),
    S3_REGION: z.string().optional().describe('Region of the buckets; if unset, the AWS SDK looks for it.'),
    S3_FORCE_PATH_STYLE: z
      .enum(['true', 'false'], 'must be true or false')
      .optional()
      .describe(
        'Whether URLs have the bucket in the path instead of the host name. Default: true if `S3_ENDPOINT` is set.',
      ),
    S3_CHECKSUMS: z
      .enum(['when-required', 'when-supported'], 'must be when-required or when-supported')
      .optional()
      .describe(
        'Whether uploads carry checksums that S3 does not demand. Some servers refuse these. Default: `when-required` if `S3_ENDPOINT` is set, else `when-supported`.',
      ),
    S3_ENCRYPTION: z
      .enum(['sse-s3', 'sse-kms'], 'must be sse-s3 or sse-kms')
      .optional()
      .describe(
        'Encryption that the store is asked for with each object: by its own keys, or by KMS. Default: what the bucket has set.',
      ),
    S3_KMS_KEY_ID: z
      .string()
      .min(1)
      .optional()
      .describe('With `sse-kms`: the key. Default: the key of the account.'),
    STORAGE_REQUIRE_CONDITIONAL_PUT: flag(false).describe(
      'Refuse to start on an object store that does not honour `If-None-Match: *`. Otherwise the services read each created object back, which protects less against races.',
    ),
    CLUSTER: flag(false).describe(
      'Set it to true if the services run on more than one machine: they then refuse to start with settings that are unsafe there.',
    ),
    SHARED_FOLDERS: flag(false).describe(
      'Set it to true if every machine sees the same file system at `MILLRACE_DATA` and `MILLRACE_OUT`.',
    ),
  })
  .refine(({ S3_KMS_KEY_ID, S3_ENCRYPTION }) => S3_KMS_KEY_ID === undefined || S3_ENCRYPTION === 'sse-kms', {
    path: ['S3_KMS_KEY_ID'],
    error: 'needs S3_ENCRYPTION=sse-kms',
  })
  .transform((env) => {
    const s3 = {
      ...(env.S3_ENDPOINT === undefined ? {} : { endpoint: env.S3_ENDPOINT }),
      ...(env.S3_REGION === undefined ? {} : { region: env.S3_REGION }),
      ...(env.S3_FORCE_PATH_STYLE === undefined
        ? {}
        : { forcePathStyle: env.S3_FORCE_PATH_STYLE === 'true' }),
      ...(env.S3_CHECKSUMS === undefined ? {} : { checksums: env.S3_CHECKSUMS }),
    };
    const encryption = encryptionOf(env.S3_ENCRYPTION, env.S3_KMS_KEY_ID);
    const place = (at: Location) => (at.kind === 's3' ? { ...at, ...s3 } : at);
    return {
      data: place(env.MILLRACE_DATA),
      out: { ...place(env.MILLRACE_OUT), ...(encryption && { encryption }) },
      s3,
      fhirVersion: env.FHIR_VERSION,
      gzipRatio: env.GZIP_RATIO,
      retentionMs: env.RETENTION,
      longestRunMs: env.LONGEST_RUN,
      requireConditionalPut: env.STORAGE_REQUIRE_CONDITIONAL_PUT,
      cluster: env.CLUSTER,
      sharedFolders: env.SHARED_FOLDERS,
    };
  })
  .describe('Storage');

function encryptionOf(kind: 'sse-s3' | 'sse-kms' | undefined, keyId: string | undefined) {
  if (kind === undefined) return undefined;
  return kind === 'sse-kms' && keyId !== undefined ? { kind, keyId } : { kind };
}

/** Unsafe settings of the places that a service reads and writes, one line each. */
export function unsafeStorageSettings(storage: z.output<typeof storageSection>): readonly string[] {
  const { cluster, sharedFolders, data, out } = storage;
  const areReached = !cluster || sharedFolders || (data.kind === 's3' && out.kind === 's3');
  return [
    ...(areReached
      ? []
      : [
          'CLUSTER is true, so MILLRACE_DATA and MILLRACE_OUT must be s3://…, or SHARED_FOLDERS true if every machine sees the same folders',
        ]),
    ...('encryption' in out && out.kind === 'file'
      ? [
          'MILLRACE_OUT must be s3://… when S3_ENCRYPTION is set: a folder is encrypted by its file system, if at all',
        ]
      : []),
  ];
}
