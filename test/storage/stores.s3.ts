import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, expect, it } from '@jest/globals';
import { startS3TestServer } from '@millrace/s3-test-server';
import { openProvenSink, openSink, openSource, removePrefix } from '@millrace/storage';
import type { SinkConfig } from '@millrace/storage';
import { describeSink, describeSource, temporaryFolder } from '@millrace/storage/contract';
import { createMemorySink, createMemorySource } from '@millrace/storage/memory';
import {
  MAY_CREATE,
  createGivenBucket,
  createVersionedBucket,
  locationInGivenBucket,
} from './given-bucket.js';
import { pinAndReplace } from './pin-and-replace.js';
import { locationOn } from './s3-location.js';

/** `npm run test:s3`: the promises of storage, kept by every kind of store and by a bucket that is given. */
const ABOUT = { name: 'main', fhirVersion: 'R4' } as const;

beforeAll(createGivenBucket);

it('the given store creates only what is absent', async () => {
  const { conditionalPut } = await openProvenSink(locationInGivenBucket(), { requireConditionalPut: false });
  expect(conditionalPut).toBe(true);
});

describeSink('memory', async () => ({
  sink: createMemorySink(),
  knowsFolders: true,
  async [Symbol.asyncDispose]() {},
}));

describeSource('memory', async (content) => {
  const files = new Map(Object.entries(content).map(([key, value]) => [key, Buffer.from(value)]));
  return {
    source: createMemorySource({ ...ABOUT, files }),
    async put(key, value) {
      files.set(key, Buffer.from(value));
    },
    async remove(key) {
      files.delete(key);
    },
    async [Symbol.asyncDispose]() {},
  };
});

describeSink('file system', async () => {
  const folder = await temporaryFolder();
  return {
    sink: openSink({ kind: 'file', root: folder.path }),
    knowsFolders: true,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
});

describeSource('file system', async (files) => {
  const folder = await temporaryFolder();
  const put = async (key: string, content: string | Uint8Array) => {
    await mkdir(dirname(join(folder.path, key)), { recursive: true });
    await writeFile(join(folder.path, key), content);
  };
  for (const [key, content] of Object.entries(files)) await put(key, content);
  return {
    source: openSource({ ...ABOUT, kind: 'file', root: folder.path }),
    put,
    remove: (key) => rm(join(folder.path, key)),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
});

async function openStrict() {
  const server = await startS3TestServer({ buckets: ['bucket'] });
  return { location: locationOn(server), close: () => server.stop() };
}

async function openGiven() {
  const location = locationInGivenBucket();
  return { location, close: async () => void (await removePrefix(openSink(location), '')) };
}

for (const [name, open] of [
  ['strict server', openStrict],
  ['given store', openGiven],
] as const) {
  describeSink(name, async () => {
    const { location, close } = await open();
    return { sink: openSink(location), knowsFolders: false, [Symbol.asyncDispose]: close };
  });

  describeSource(name, async (files) => {
    const { location, close } = await open();
    const put = putOver(location);
    for (const [key, content] of Object.entries(files)) await put(key, content);
    return {
      source: openSource({ ...location, ...ABOUT }),
      put,
      remove: (key) => openSink(location).remove([key]),
      [Symbol.asyncDispose]: close,
    };
  });
}

function putOver(location: SinkConfig) {
  const sink = openSink(location);
  return async (key: string, content: string | Uint8Array) => {
    await sink.remove([key]);
    await sink.createIfAbsent(key, Buffer.from(content));
  };
}

(MAY_CREATE ? it : it.skip)(
  'the given store gives a pinned file after it was replaced, and removed',
  async () => {
    const location = await createVersionedBucket();
    const { content, read, sink, key } = await pinAndReplace(location, 2);
    expect((await read()).equals(content)).toBe(true);
    await sink.remove([key]);
    expect((await read()).equals(content)).toBe(true);
  },
);
