import type { S3TestServer } from '@millrace/s3-test-server';
import type { SinkConfig } from '@millrace/storage';

/** Bucket `bucket` of a test server, below `prefix`. */
export function locationOn(server: S3TestServer, prefix = 'a/b/'): Extract<SinkConfig, { kind: 's3' }> {
  const { endpoint, region, credentials } = server;
  return { kind: 's3', bucket: 'bucket', prefix, endpoint, region, credentials };
}
