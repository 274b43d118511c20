import { duration } from '@millrace/configuration';
import * as z from 'zod';

const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

export const downloadsSection = z
  .object({
    DOWNLOADS: z
      .enum(['stream', 'redirect'])
      .default('stream')
      .describe(
        'Who sends the files of exports. `stream`: the API. `redirect`: the object store, to which clients are sent with 307 and a presigned address that is made for each request; it needs `MILLRACE_OUT` on S3. The API still answers HEAD, and requests with a condition.',
      ),
    DOWNLOAD_LINK_LIFETIME: duration({ min: '1s', fallback: '5m' })
      .pipe(z.number().max(WEEK_MS, 'must be at most 7d, which is the limit of S3'))
      .describe(
        'With `redirect`: how long a presigned address counts, at most until the export expires. One that is signed with temporary credentials ends with these.',
      ),
    S3_PUBLIC_ENDPOINT: z
      .url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' })
      .optional()
      .describe('With `redirect`: URL of the object store as clients reach it. By default `S3_ENDPOINT`.'),
  })
  .transform((env) => ({
    by: env.DOWNLOADS,
    linkLifetimeMs: env.DOWNLOAD_LINK_LIFETIME,
    publicEndpoint: env.S3_PUBLIC_ENDPOINT,
  }))
  .describe('Downloads');

/** Settings under which no file could be sent, one line each. */
export function unsafeDownloads(
  { by }: z.output<typeof downloadsSection>,
  out: { readonly kind: 'file' | 's3' },
): readonly string[] {
  return by === 'redirect' && out.kind === 'file'
    ? ['MILLRACE_OUT must be s3://… when DOWNLOADS is redirect: a folder sends no files by itself']
    : [];
}
