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

/** Whether buckets may be created on the given server. */
export const MAY_CREATE = S3_TEST_CREATE_BUCKET === '1';

/** A place in a bucket of its own that keeps versions. */
export async function createVersionedBucket(): Promise<Extract<SinkConfig, { kind: 's3' }>> {
  const location = { ...locationInGivenBucket(), bucket: `${GIVEN.bucket}-versions` };
  const s3 = await createBucket(location).connect();
  await s3.createBucket({ Bucket: location.bucket }).catch(unlessThere);
  await s3.putBucketVersioning({
    Bucket: location.bucket,
    VersioningConfiguration: { Status: 'Enabled' },
  });
  return location;
}

/** Creates the bucket where that is asked for. One that is there already is not an error. */
export async function createGivenBucket(): Promise<void> {
  if (!MAY_CREATE) return;
  const location = locationInGivenBucket();
  const s3 = await createBucket(location).connect();
  await s3.createBucket({ Bucket: location.bucket }).catch(unlessThere);
}

function unlessThere(error: unknown): void {
  if (!/BucketAlready/.test(String(error))) throw error;
}
