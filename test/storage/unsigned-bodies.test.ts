import { expect, it } from '@jest/globals';
import { startS3TestServer } from '@millrace/s3-test-server';
import { createBucket, leaveBodiesUnsigned, patternOf } from '@millrace/storage/contract';
import { locationOn } from './s3-location.js';

it('signs requests without their bodies', async () => {
  await using server = await startS3TestServer({ buckets: ['bucket'] });
  const s3 = await createBucket(locationOn(server)).connect();
  const object = { Bucket: 'bucket', Key: 'a.csv', Body: patternOf(10_000) };
  await s3.putObject(object);
  leaveBodiesUnsigned(s3);
  await s3.putObject(object);
  expect(server.requests.map(({ status, isBodySigned }) => [status, isBodySigned])).toEqual([
    [200, true],
    [200, false],
  ]);
});
