import * as z from 'zod';
import { location } from './location.js';
import type { Location } from './location.js';
import { duration, flag } from './variables.js';

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
      s3,
      fhirVersion: env.FHIR_VERSION,
      retentionMs: env.RETENTION,
      longestRunMs: env.LONGEST_RUN,
      requireConditionalPut: env.STORAGE_REQUIRE_CONDITIONAL_PUT,
      cluster: env.CLUSTER,
      sharedFolders: env.SHARED_FOLDERS,
    };
  })
  .describe('Storage');

/** Unsafe settings of the places that a service reads and writes, one line each. */
export function unsafeStorageSettings(storage: z.output<typeof storageSection>): readonly string[] {
  const { cluster, sharedFolders, data, out } = storage;
  if (!cluster || sharedFolders || (data.kind === 's3' && out.kind === 's3')) return [];
  return [
    'CLUSTER is true, so MILLRACE_DATA and MILLRACE_OUT must be s3://…, or SHARED_FOLDERS true if every machine sees the same folders',
  ];
}
