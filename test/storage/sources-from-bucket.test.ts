import { describe, expect, it } from '@jest/globals';
import { startS3TestServer } from '@millrace/s3-test-server';
import { SourceUnavailableError, openSink, sourcesAt } from '@millrace/storage';
import { locationOn } from './s3-location.js';

describe('sources from a bucket', () => {
  it.each([
    ['resource files are one source', ['Patient.ndjson', 'Observation/1.ndjson'], [['default', 'a/b/']]],
    [
      'other folders are one source each, the default first',
      ['alpha/Patient.ndjson', 'default/Patient.ndjson'],
      [
        ['default', 'a/b/default/'],
        ['alpha', 'a/b/alpha/'],
      ],
    ],
  ])('%s', async (_title, keys, expected) => {
    await using server = await startS3TestServer({ buckets: ['bucket'] });
    const location = locationOn(server);
    const sink = openSink(location);
    for (const key of keys) await sink.createIfAbsent(key, Buffer.from('{}\n'));
    expect((await sourcesAt(location, 'R4')).sources).toEqual(
      expected.map(([name, prefix]) => ({ ...location, name, prefix, fhirVersion: 'R4' })),
    );
  });

  it('leave files that look like data beside them unread, and name them', async () => {
    await using server = await startS3TestServer({ buckets: ['bucket'] });
    const location = locationOn(server);
    const sink = openSink(location);
    for (const key of ['north/Patient.ndjson', 'north.parquet', 'README.md'])
      await sink.createIfAbsent(key, Buffer.from('{}\n'));
    const { sources, beside } = await sourcesAt(location, 'R4');
    expect(sources.map(({ name }) => name)).toEqual(['north']);
    expect(beside).toMatchObject({ names: ['north.parquet'], count: 1 });
  });

  it('need a bucket', async () => {
    await using server = await startS3TestServer({ buckets: [] });
    await expect(sourcesAt(locationOn(server), 'R4')).rejects.toThrow(SourceUnavailableError);
  });
});
