import { describe, expect, it, jest } from '@jest/globals';
import { CONFLICT, SERVER_ERROR, SLOW_DOWN, startS3TestServer } from '@millrace/s3-test-server';
import type { Fault, S3Operation, S3TestServer } from '@millrace/s3-test-server';
import {
  StoreUnavailableError,
  UploadLostError,
  openSink,
  openSource,
  openProvenSink,
} from '@millrace/storage';
import { collect, keysOf, patternOf } from '@millrace/storage/contract';
import { locationOn } from './s3-location.js';

// The AWS SDK waits longer with every repetition.
jest.setTimeout(60_000);

const DROP_REQUEST: Fault = { kind: 'drop-request' };
const DROP_RESPONSE: Fault = { kind: 'drop-response' };

async function serverWith(objects: Readonly<Record<string, string | Buffer>> = {}): Promise<S3TestServer> {
  const server = await startS3TestServer({ buckets: ['bucket'] });
  const sink = openSink(locationOn(server));
  for (const [key, content] of Object.entries(objects)) await sink.createIfAbsent(key, Buffer.from(content));
  return server;
}

function countOf(server: S3TestServer, operation: S3Operation): number {
  return server.requests.filter((request) => request.operation === operation).length;
}

describe('S3 sink, when things go wrong', () => {
  it.each([
    ['an internal error', SERVER_ERROR],
    ['a broken connection', DROP_REQUEST],
  ])('repeats what met %s', async (_title, fault) => {
    await using server = await serverWith();
    const sink = openSink(locationOn(server));
    const operations: S3Operation[] = [
      'PutObject',
      'CreateMultipartUpload',
      'UploadPart',
      'CompleteMultipartUpload',
      'HeadObject',
      'GetObject',
      'ListObjectsV2',
      'ListMultipartUploads',
      'DeleteObjects',
    ];
    for (const operation of operations) server.faults.inject(operation, fault);
    expect(await sink.createIfAbsent('t/a.json', Buffer.from('{}'))).toBe('created');
    await using upload = await sink.open('t/b.csv');
    await upload.write(Buffer.from('rows'));
    await upload.commit();
    expect(await sink.stat('t/b.csv')).toMatchObject({ bytes: 4 });
    expect(String(await sink.read('t/b.csv'))).toBe('rows');
    expect(await keysOf(sink.list(''))).toEqual(['t/a.json', 't/b.csv']);
    await sink.remove(['t/a.json', 't/b.csv']);
    expect(await keysOf(sink.list(''))).toEqual([]);
    expect(server.faults.pending()).toBe(0);
  });

  it('slows down when it is told to', async () => {
    await using server = await serverWith();
    server.faults.inject('PutObject', SLOW_DOWN, { times: 2 });
    const sink = openSink(locationOn(server));
    expect(await sink.createIfAbsent('t/a.json', Buffer.from('{}'))).toBe('created');
  });

  it('says that the store is unavailable when it stays broken', async () => {
    await using server = await serverWith();
    const sink = openSink(locationOn(server));
    server.faults.inject('HeadObject', SERVER_ERROR, { times: 100 });
    const error = await sink.stat('t/a.json').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect(error).toMatchObject({ operation: 'stat', key: 't/a.json' });
  });

  it('says that the store is unavailable when the bucket is missing or the key is wrong', async () => {
    await using server = await serverWith();
    const elsewhere = openSink({ ...locationOn(server), bucket: 'other' });
    await expect(elsewhere.read('t/a.json')).rejects.toThrow('NoSuchBucket, HTTP 404');
    const credentials = { ...server.credentials, secretAccessKey: 'wrong' };
    const stranger = openSink({ ...locationOn(server), credentials });
    await expect(stranger.read('t/a.json')).rejects.toThrow('SignatureDoesNotMatch, HTTP 403');
  });

  it('waits out another conditional writer', async () => {
    await using server = await serverWith();
    server.faults.inject('PutObject', CONFLICT, { times: 2 });
    const sink = openSink(locationOn(server));
    expect(await sink.createIfAbsent('t/manifest.json', Buffer.from('{}'))).toBe('created');
    expect(countOf(server, 'PutObject')).toBe(3);
  });

  it('says exists when the answer to its own PUT was lost, and the content tells that it won', async () => {
    await using server = await serverWith();
    server.faults.inject('PutObject', DROP_RESPONSE);
    const sink = openSink(locationOn(server));
    expect(await sink.createIfAbsent('t/manifest.json', Buffer.from('attempt 7'))).toBe('exists');
    expect(String(await sink.read('t/manifest.json'))).toBe('attempt 7');
  });

  it('commits once when the answer to the commit was lost', async () => {
    await using server = await serverWith();
    server.faults.inject('CompleteMultipartUpload', DROP_RESPONSE);
    const sink = openSink(locationOn(server));
    await using upload = await sink.open('t/a.csv');
    await upload.write(patternOf(9_000_000));
    const stored = await upload.commit();
    expect(await sink.stat('t/a.csv')).toMatchObject({ bytes: 9_000_000, etag: stored.etag });
  });

  it('fails an upload whose part cannot be stored, and leaves nothing', async () => {
    await using server = await serverWith();
    server.faults.inject('UploadPart', SERVER_ERROR, { times: 100 });
    const sink = openSink(locationOn(server));
    {
      await using upload = await sink.open('t/a.csv');
      await upload.write(patternOf(9_000_000));
      await expect(upload.commit()).rejects.toThrow(StoreUnavailableError);
    }
    expect(server.bucket('bucket').uploads.size).toBe(0);
  });

  it('does not take a commit for done that was refused in the body of an answer with status 200', async () => {
    await using server = await serverWith();
    const sink = openSink(locationOn(server));
    const refused = { kind: 'refuse-late', code: 'InternalError' } as const;
    server.faults.inject('CompleteMultipartUpload', refused, { times: 2 });
    {
      await using upload = await sink.open('t/a.csv');
      await upload.write(Buffer.from('rows'));
      expect(await upload.commit()).toMatchObject({ bytes: 4 });
    }
    server.faults.inject('CompleteMultipartUpload', refused, { times: 100 });
    {
      await using upload = await sink.open('t/b.csv');
      await upload.write(Buffer.from('rows'));
      await expect(upload.commit()).rejects.toThrow(StoreUnavailableError);
    }
    expect(await keysOf(sink.list(''))).toEqual(['t/a.csv']);
    expect(server.bucket('bucket').uploads.size).toBe(0);
  });

  it('stops an upload in the middle of its parts when it was aborted from elsewhere', async () => {
    await using server = await serverWith();
    const sink = openSink(locationOn(server));
    await using upload = await sink.open('t/a.csv');
    await upload.write(patternOf(9_000_000));
    await openSink(locationOn(server)).abort('t/a.csv', upload.id);
    const writing = async () => {
      for (let n = 0; n < 10; n += 1) await upload.write(patternOf(9_000_000));
    };
    await expect(writing()).rejects.toThrow(UploadLostError);
  });

  it('goes on with a download where its body broke off', async () => {
    const content = patternOf(3_000_000);
    await using server = await serverWith({ 't/a.csv': content });
    for (const afterBytes of [0, 1_000_000, 1_000_000])
      server.faults.inject('GetObject', { kind: 'cut-body', afterBytes });
    const sink = openSink(locationOn(server));
    expect((await collect(sink.stream('t/a.csv'))).equals(content)).toBe(true);
    expect(countOf(server, 'GetObject')).toBe(4);
  });

  it('gives back the connections of downloads that are left in the middle', async () => {
    await using server = await serverWith({ 't/a.csv': patternOf(2_000_000), 't/b.csv': 'rows' });
    const sink = openSink(locationOn(server));
    // More than the client has connections.
    for (let n = 0; n < 200; n += 1) {
      for await (const chunk of sink.stream('t/a.csv')) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
    }
    expect(String(await sink.read('t/b.csv'))).toBe('rows');
  });

  it('leaves a slow download when its consumer does', async () => {
    await using server = await serverWith({ 't/a.csv': patternOf(100_000) });
    server.faults.inject('GetObject', { kind: 'slow-body', chunkBytes: 1000, pauseMs: 60_000 });
    const sink = openSink(locationOn(server));
    for await (const chunk of sink.stream('t/a.csv')) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
  });

  it('names the objects that could not be removed', async () => {
    await using server = await serverWith();
    server.faults.inject('DeleteObjects', SERVER_ERROR, { times: 100 });
    await expect(openSink(locationOn(server)).remove(['t/a', 't/b'])).rejects.toThrow(StoreUnavailableError);
  });

  it('lists objects where open uploads may not be listed', async () => {
    await using server = await serverWith({ 't/a.json': '{}' });
    const sink = openSink(locationOn(server));
    server.faults.inject('ListMultipartUploads', { kind: 'refuse', status: 403, code: 'AccessDenied' });
    expect(await keysOf(sink.list(''))).toEqual(['t/a.json']);
  });

  it('asks for the encryption that is configured', async () => {
    await using server = await serverWith();
    const encryption = { kind: 'sse-kms', keyId: 'key-1' } as const;
    const sink = openSink({ ...locationOn(server), encryption });
    await sink.createIfAbsent('t/a.json', Buffer.from('{}'));
    for (const [key, rows] of [
      ['t/b.csv', 'rows'],
      ['t/c.csv', ''],
    ] as const) {
      await using upload = await sink.open(key);
      await upload.write(Buffer.from(rows));
      await upload.commit();
    }
    const encryptions = [...server.bucket('bucket').objects.values()].map((object) => object.encryption);
    expect(encryptions).toEqual(
      Array(3).fill({
        'x-amz-server-side-encryption': 'aws:kms',
        'x-amz-server-side-encryption-aws-kms-key-id': 'key-1',
      }),
    );
  });

  it('sends checksums where they are wanted', async () => {
    await using server = await serverWith();
    const sink = openSink({ ...locationOn(server), checksums: 'when-supported' });
    expect(await sink.createIfAbsent('t/a.json', Buffer.from('{}'))).toBe('created');
    await using upload = await sink.open('t/b.csv');
    await upload.write(patternOf(9_000_000));
    await upload.commit();
    expect((await collect(sink.stream('t/b.csv'))).equals(patternOf(9_000_000))).toBe(true);
  });
});

describe('a server that ignores the condition of a PUT', () => {
  it('is found out by the probe, which leaves nothing behind', async () => {
    await using strict = await serverWith();
    await using lax = await startS3TestServer({ buckets: ['bucket'], ignoreConditions: true });
    const probed = [strict, lax].map((server) =>
      openProvenSink(locationOn(server), { requireConditionalPut: false }),
    );
    expect((await Promise.all(probed)).map(({ conditionalPut }) => conditionalPut)).toEqual([true, false]);
    expect([strict.bucket('bucket').objects.size, lax.bucket('bucket').objects.size]).toEqual([0, 0]);
  });

  it('can be used with emulated conditions by one writer at a time', async () => {
    await using lax = await startS3TestServer({ buckets: ['bucket'], ignoreConditions: true });
    const sink = openSink({ ...locationOn(lax), conditionalPut: 'emulated' });
    expect(await sink.createIfAbsent('t/manifest.json', Buffer.from('first'))).toBe('created');
    expect(await sink.createIfAbsent('t/manifest.json', Buffer.from('second'))).toBe('exists');
    expect(String(await sink.read('t/manifest.json'))).toBe('first');
  });
});

describe('S3 source, when things go wrong', () => {
  it('reads all of a large input over connections that break', async () => {
    const content = patternOf(20_000_000);
    await using server = await serverWith({ 'Patient.ndjson': content });
    const source = openSource({ ...locationOn(server), name: 'main', fhirVersion: 'R4' });
    const [input] = await source.list('Patient');
    if (!input) throw new Error('not listed');
    server.faults.inject('GetObject', { kind: 'cut-body', afterBytes: 3_000_000 }, { times: 3 });
    server.faults.inject('GetObject', DROP_REQUEST, { times: 2 });
    expect((await collect(source.read(input, 0, input.bytes))).equals(content)).toBe(true);
    expect(server.faults.pending()).toBe(0);
  });

  it('stops a slow read at once when it is aborted', async () => {
    await using server = await serverWith({ 'Patient.ndjson': patternOf(1_000_000) });
    const source = openSource({ ...locationOn(server), name: 'main', fhirVersion: 'R4' });
    const [input] = await source.list('Patient');
    if (!input) throw new Error('not listed');
    server.faults.inject('GetObject', { kind: 'slow-body', chunkBytes: 1000, pauseMs: 60_000 });
    const controller = new AbortController();
    const reading = collect(source.read(input, 0, input.bytes, controller.signal));
    const gone = new Error('the lease is gone');
    while (countOf(server, 'GetObject') === 0) await new Promise(setImmediate);
    controller.abort(gone);
    await expect(reading).rejects.toBe(gone);
  });

  it('is unavailable when its bucket is missing', async () => {
    await using server = await serverWith();
    const location = { ...locationOn(server), bucket: 'other' };
    const source = openSource({ ...location, name: 'main', fhirVersion: 'R4' });
    await expect(source.probe()).rejects.toThrow('source main is not readable');
    await expect(source.list('Patient')).rejects.toThrow('NoSuchBucket');
  });
});
