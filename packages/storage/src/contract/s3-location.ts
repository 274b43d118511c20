import type { S3TestServer } from '../s3-test-server/index.js';
import type { S3Location } from '../store-config.js';

/** Bucket `bucket` of a test server, below `prefix`. */
export function locationOn(server: S3TestServer, prefix = 'a/b/'): S3Location {
  const { endpoint, region, credentials } = server;
  return { kind: 's3', bucket: 'bucket', prefix, endpoint, region, credentials };
}
