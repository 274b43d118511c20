import { describeSink } from '../contract/describe-sink.js';
import { locationOn } from '../contract/s3-location.js';
import { startS3TestServer } from '../s3-test-server/index.js';
import { createS3Sink } from './s3-sink.js';

describeSink('S3 sink', async () => {
  const server = await startS3TestServer({ buckets: ['bucket'] });
  return {
    sink: createS3Sink(locationOn(server)),
    knowsFolders: false,
    [Symbol.asyncDispose]: () => server.stop(),
  };
});
