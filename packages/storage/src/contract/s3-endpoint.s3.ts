import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { describeSink } from './describe-sink.js';
import { probeConditionalPut } from '../probe-conditional-put.js';
import { removePrefix } from '../remove-prefix.js';
import type { S3Location } from '../store-config.js';
import { createS3Sink } from '../s3/s3-sink.js';

/**
 * `npm run test:s3`: the contract on a server of your own, `S3_TEST_BUCKET` (and, if it is not AWS, `S3_TEST_ENDPOINT`), with
 * credentials as the AWS SDK finds them. Everything is written below a prefix of its own and removed.
 */
const { S3_TEST_ENDPOINT: endpoint, S3_TEST_BUCKET: bucket } = process.env;

function location(): S3Location {
  const prefix = `millrace-test/${randomUUID()}/`;
  return { kind: 's3', bucket: bucket ?? '', prefix, ...(endpoint === undefined ? {} : { endpoint }) };
}

if (bucket === undefined) throw new Error('S3_TEST_BUCKET is not set, but it is required');

it('creates only what is absent', async () => {
  expect(await probeConditionalPut(createS3Sink(location()))).toBe(true);
});

describeSink('S3 sink on a server of your own', async () => {
  const sink = createS3Sink(location());
  return {
    sink,
    knowsFolders: false,
    [Symbol.asyncDispose]: async () => {
      await removePrefix(sink, '');
    },
  };
});
