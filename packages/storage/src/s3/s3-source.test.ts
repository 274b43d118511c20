import { expect, test } from '@jest/globals';
import { patternOf } from '../contract/bytes.js';
import { collect } from '../contract/collect.js';
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

test('a large input is read over four connections at a time, and never more', async () => {
  const content = patternOf(44_000_000);
  await using server = await startS3TestServer({ buckets: ['bucket'] });
  const location = locationOn(server);
  await createS3Sink(location).createIfAbsent('Patient.ndjson', content);
  const source = createS3Source({ ...location, name: 'main', fhirVersion: 'R4' });
  const [input] = await source.list('Patient');
  if (!input) throw new Error('not listed');
  const untilFour = { kind: 'hold', untilOpen: 4, atMostMs: 10_000 } as const;
  server.faults.inject('GetObject', untilFour, { times: 4 });
  expect((await collect(source.read(input, 0, input.bytes))).equals(content)).toBe(true);
  expect(server.mostOpen('GetObject')).toBe(4);
});
