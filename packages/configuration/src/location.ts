import { resolve } from 'node:path';
import * as z from 'zod';

/** A folder, or a bucket of S3 or a part of one. `prefix` is empty or ends with `/`. */
export type Location =
  | { readonly kind: 'file'; readonly root: string }
  | { readonly kind: 's3'; readonly bucket: string; readonly prefix: string };

const S3 = /^s3:\/\/([^/]+)\/?(.*)$/;

/** A place as people write it: `s3://bucket/prefix`, or the path of a folder. */
export const location = z
  .string()
  .refine(
    (text) => !/^[a-z0-9+.-]+:\/\//i.test(text) || S3.test(text),
    'must be a folder or s3://bucket/prefix',
  )
  .transform((text): Location => {
    const [, bucket, prefix] = S3.exec(text) ?? [];
    if (bucket === undefined || prefix === undefined) return { kind: 'file', root: resolve(text) };
    return { kind: 's3', bucket, prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/` };
  });

/** As `storageSection` gives them, for all places on S3. */
export interface S3Settings {
  readonly endpoint?: string;
  readonly region?: string;
  readonly forcePathStyle?: boolean;
}

/** A place with all that is needed to open it. */
export function withStore(place: Location, s3: S3Settings): Location & S3Settings {
  return place.kind === 's3' ? { ...place, ...s3 } : place;
}
