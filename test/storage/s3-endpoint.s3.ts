import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { openSink, openProvenSink, removePrefix } from '@millrace/storage';
import { describeSink } from '@millrace/storage/contract';

/**
 * `npm run test:s3`: the contract on a server of your own, `S3_TEST_BUCKET` (and, if it is not AWS, `S3_TEST_ENDPOINT`), with
 * credentials as the AWS SDK finds them. Everything is written below a prefix of its own and removed.
 */
const { S3_TEST_ENDPOINT: endpoint, S3_TEST_BUCKET: bucket } = process.env;

function location() {
  const prefix = `millrace-test/${randomUUID()}/`;
  return {
    kind: 's3' as const,
    bucket: bucket ?? '',
    prefix,
    ...(endpoint === undefined ? {} : { endpoint }),
  };
}

if (bucket === undefined) throw new Error('S3_TEST_BUCKET is not set, but it is required');

it('creates only what is absent', async () => {
  const { conditionalPut } = await openProvenSink(location(), { requireConditionalPut: false });
  expect(conditionalPut).toBe(true);
});

describeSink('S3 sink on a server of your own', async () => {
  const sink = openSink(location());
  return {
    sink,
    knowsFolders: false,
    [Symbol.asyncDispose]: async () => {
      await removePrefix(sink, '');
    },
  };
});
