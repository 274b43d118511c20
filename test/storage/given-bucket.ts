import { randomUUID } from 'node:crypto';
import type { SinkConfig } from '@millrace/storage';
import { createBucket } from '@millrace/storage/contract';

const { S3_TEST_ENDPOINT, S3_TEST_BUCKET, S3_TEST_REGION, S3_TEST_CREATE_BUCKET } = process.env;

/** The S3 server of `npm run test:s3`; without an endpoint it is AWS. */
export const GIVEN = {
  endpoint: S3_TEST_ENDPOINT,
  region: S3_TEST_REGION,
  bucket: S3_TEST_BUCKET ?? '',
};

/** A place of its own in the bucket. Credentials come from where the AWS SDK finds them. */
export function locationInGivenBucket(): Extract<SinkConfig, { kind: 's3' }> {
  const { endpoint, region, bucket } = GIVEN;
  if (bucket === '') throw new Error('S3_TEST_BUCKET is not set, but it is required');
  return {
    kind: 's3',
    bucket,
    prefix: `millrace-test/${randomUUID()}/`,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
  };
}

/** Creates the bucket where that is asked for. One that is there already is not an error. */
export async function createGivenBucket(): Promise<void> {
  if (S3_TEST_CREATE_BUCKET !== '1') return;
  const location = locationInGivenBucket();
  const s3 = await createBucket(location).connect();
  await s3.createBucket({ Bucket: location.bucket }).catch((error: unknown) => {
    if (!/BucketAlready/.test(String(error))) throw error;
  });
}
