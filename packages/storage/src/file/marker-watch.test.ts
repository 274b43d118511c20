import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { temporaryFolder } from '../contract/temporary-folder.js';
import { MARKER_KEY, createMarker } from '../identity/store-marker.js';
import { createFileSink } from './file-sink.js';
import { watchMarker } from './marker-watch.js';

async function watchedStore() {
  const folder = await temporaryFolder();
  const sink = createFileSink({ root: folder.path });
  await createMarker(sink, 'one');
  const read = jest.fn(sink.read);
  return {
    read,
    marker: join(folder.path, MARKER_KEY),
    mark: (id: string) => createMarker(sink, id),
    check: watchMarker(folder.path, 'one', { read }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

describe('a watched marker', () => {
  test('is read once while it is the same file', async () => {
    await using store = await watchedStore();
    for (let folders = 0; folders < 10; folders += 1) await store.check();
    expect(store.read).toHaveBeenCalledTimes(1);
  });

  test('refuses the store while it is missing, and is read again when it is back', async () => {
    await using store = await watchedStore();
    await store.check();
    await rename(store.marker, `${store.marker}-away`);
    await expect(store.check()).rejects.toThrow('has no marker');
    await rename(`${store.marker}-away`, store.marker);
    await store.check();
    expect(store.read).toHaveBeenCalledTimes(3);
  });

  test('refuses another store that has taken the place of the one that was seen', async () => {
    await using store = await watchedStore();
    await store.check();
    await rm(store.marker);
    await store.mark('two');
    await expect(store.check()).rejects.toThrow('the store should be one, and is two');
    await expect(store.check()).rejects.toThrow('the store should be one, and is two');
  });
});
