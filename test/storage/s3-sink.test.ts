import { startS3TestServer } from '@millrace/s3-test-server';
import { createMarker, openSink } from '@millrace/storage';
import { describeSink } from '@millrace/storage/contract';
import { locationOn } from './s3-location.js';

describeSink('S3 sink', async () => {
  const server = await startS3TestServer({ buckets: ['bucket'] });
  return {
    sink: openSink(locationOn(server)),
    knowsFolders: false,
    [Symbol.asyncDispose]: () => server.stop(),
  };
});

describeSink(
  'guarded S3 sink on a server with small pages that tells no ETag at the end of an upload',
  async () => {
    const server = await startS3TestServer({ buckets: ['bucket'], pageSize: 2, omitCompletedTag: true });
    await createMarker(openSink(locationOn(server)), 'store-1');
    return {
      sink: openSink({ ...locationOn(server), storeId: 'store-1' }),
      knowsFolders: false,
      [Symbol.asyncDispose]: () => server.stop(),
    };
  },
);
