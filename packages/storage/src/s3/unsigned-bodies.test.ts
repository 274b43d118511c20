import { expect, it } from '@jest/globals';
import { patternOf } from '../contract/bytes.js';
import { locationOn } from '../contract/s3-location.js';
import { startS3TestServer } from '../s3-test-server/index.js';
import { createBucket } from './s3-client.js';
import { leaveBodiesUnsigned } from './unsigned-bodies.js';

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
