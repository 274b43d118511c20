import { expect, test } from '@jest/globals';
import { startS3TestServer } from '@millrace/s3-test-server';
import { openSink, openSource } from '@millrace/storage';
import { collect, describeSource, patternOf } from '@millrace/storage/contract';
import { locationOn } from './s3-location.js';

describeSource('S3 source', async (files) => {
  const server = await startS3TestServer({ buckets: ['bucket'] });
  const location = locationOn(server);
  const sink = openSink(location);
  const put = async (key: string, content: string | Uint8Array) => {
    await sink.remove([key]);
    await sink.createIfAbsent(key, Buffer.from(content));
  };
  for (const [key, content] of Object.entries(files)) await put(key, content);
  return {
    source: openSource({ ...location, name: 'main', fhirVersion: 'R4' }),
    put,
    remove: (key) => sink.remove([key]),
    [Symbol.asyncDispose]: () => server.stop(),
  };
});

test('a large input is read over four connections at a time, and never more', async () => {
  const content = patternOf(44_000_000);
  await using server = await startS3TestServer({ buckets: ['bucket'] });
  const location = locationOn(server);
  await openSink(location).createIfAbsent('Patient.ndjson', content);
  const source = openSource({ ...location, name: 'main', fhirVersion: 'R4' });
  const [input] = await source.list('Patient');
  if (!input) throw new Error('not listed');
  const untilFour = { kind: 'hold', untilOpen: 4, atMostMs: 10_000 } as const;
  server.faults.inject('GetObject', untilFour, { times: 4 });
  expect((await collect(source.read(input, 0, input.bytes))).equals(content)).toBe(true);
  expect(server.mostOpen('GetObject')).toBe(4);
});
