import type { S3TestServer } from '@millrace/s3-test-server';

/** Bucket `bucket` of a test server, below `prefix`. */
export function locationOn(server: S3TestServer, prefix = 'a/b/') {
  const { endpoint, region, credentials } = server;
  return { kind: 's3' as const, bucket: 'bucket', prefix, endpoint, region, credentials };
}
