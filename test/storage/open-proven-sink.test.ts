import { expect, it } from '@jest/globals';
import { startS3TestServer } from '@millrace/s3-test-server';
import { openProvenSink } from '@millrace/storage';
import { locationOn } from './s3-location.js';

it('a store that honours conditions is used as it is', async () => {
  const server = await startS3TestServer({ buckets: ['bucket'] });
  const location = locationOn(server);
  const { conditionalPut, config } = await openProvenSink(location, { requireConditionalPut: true });
  expect([conditionalPut, config]).toEqual([true, location]);
  await server.stop();
});

it('a store that ignores conditions is guarded, or refused where the operator wants nothing weaker', async () => {
  const server = await startS3TestServer({ buckets: ['bucket'], ignoreConditions: true });
  const location = locationOn(server);
  const { conditionalPut, config } = await openProvenSink(location, { requireConditionalPut: false });
  expect(conditionalPut).toBe(false);
  expect(config).toMatchObject({ conditionalPut: 'emulated' });
  await expect(openProvenSink(location, { requireConditionalPut: true })).rejects.toThrow('If-None-Match');
  await server.stop();
});
