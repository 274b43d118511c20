import type { ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import type { Bucket } from './s3-client.js';

/** Pages of a listing, as the server gives them. Keys here have the bucket's prefix. */
export async function* listPages(
  at: Bucket,
  query: {
    readonly prefix: string;
    readonly after?: string;
    readonly delimiter?: string;
    readonly pageSize?: number;
  },
): AsyncGenerator<ListObjectsV2CommandOutput, void, undefined> {
  const s3 = await at.connect();
  let token: string | undefined;
  do {
    const page: ListObjectsV2CommandOutput = await s3.listObjectsV2({
      Bucket: at.bucket,
      Prefix: query.prefix,
      ...(query.after === undefined ? {} : { StartAfter: query.after }),
      ...(query.delimiter === undefined ? {} : { Delimiter: query.delimiter }),
      ...(query.pageSize === undefined ? {} : { MaxKeys: query.pageSize }),
      ...(token === undefined ? {} : { ContinuationToken: token }),
    });
    yield page;
    token = page.NextContinuationToken;
  } while (token !== undefined);
}
