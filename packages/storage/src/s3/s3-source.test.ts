import { describeSource } from '../contract/describe-source.js';
import { locationOn } from '../contract/s3-location.js';
import { startS3TestServer } from '../s3-test-server/index.js';
import { createS3Sink } from './s3-sink.js';
import { createS3Source } from './s3-source.js';

describeSource('S3 source', async (files) => {
  const server = await startS3TestServer({ buckets: ['bucket'] });
  const location = locationOn(server);
  const sink = createS3Sink(location);
  const put = async (key: string, content: string | Uint8Array) => {
    await sink.remove([key]);
    await sink.createIfAbsent(key, Buffer.from(content));
  };
  for (const [key, content] of Object.entries(files)) await put(key, content);
  return {
    source: createS3Source({ ...location, name: 'main', fhirVersion: 'R4' }),
    put,
    remove: (key) => sink.remove([key]),
    [Symbol.asyncDispose]: () => server.stop(),
  };
});
