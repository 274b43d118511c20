import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import { collect, keysOf } from '../contract/collect.js';
import { describeSink } from '../contract/describe-sink.js';
import { temporaryFolder } from '../contract/temporary-folder.js';
import { ObjectMissingError, StoreUnavailableError } from '../errors.js';
import { createMemorySink } from '../memory/memory-sink.js';
import { openGuardedSink, openSink } from '../open-store.js';
import type { ObjectEntry, Sink } from '../sink.js';
import { guardSink } from './guard-sink.js';
import { MARKER_KEY, createMarker, readMarker } from './store-marker.js';

const ID = 'store-1';

describeSink('guarded file sink', async () => {
  const folder = await temporaryFolder();
  const config = { kind: 'file', root: join(folder.path, 'out') } as const;
  await createMarker(openSink(config), ID);
  return {
    sink: openSink({ ...config, storeId: ID }),
    knowsFolders: true,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
});

/** A store in a folder that can be taken away, as a volume that is not mounted any more: its place stays, empty. */
async function mounted() {
  const folder = await temporaryFolder();
  const [root, elsewhere] = [join(folder.path, 'out'), join(folder.path, 'elsewhere')];
  await createMarker(openSink({ kind: 'file', root }), ID);
  return {
    root,
    sink: openGuardedSink({ kind: 'file', root }, ID),
    async unmount({ leaves = true } = {}) {
      await rename(root, elsewhere);
      if (leaves) await mkdir(root);
    },
    async mount() {
      await rename(elsewhere, root);
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

const away = StoreUnavailableError;

async function* missing(key: string): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  if (key !== '') throw new ObjectMissingError(key);
  yield Buffer.alloc(0);
}

describe('a store that is not mounted any more', () => {
  it.each([
    ['its place is empty', true],
    ['its place is gone', false],
  ])('is not written while %s, and is written again afterwards', async (_, leaves) => {
    await using store = await mounted();
    await using begun = await store.sink.open('t/e/shard-0/1-a/1.csv');
    await begun.write(Buffer.from('x'));
    await store.unmount({ leaves });

    await expect(store.sink.open('t/e/shard-1/1-a/1.csv')).rejects.toThrow(away);
    await expect(store.sink.createIfAbsent('t/f/request.json', Buffer.from('{}'))).rejects.toThrow(away);
    await expect(store.sink.createIfAbsent('k', Buffer.from('{}'), 'must-exist')).rejects.toThrow(away);
    await expect(begun.commit()).rejects.toThrow();
    expect(leaves ? await readdir(store.root) : []).toEqual([]);
    if (!leaves) await expect(readdir(store.root)).rejects.toThrow('ENOENT');
    await begun.abort();

    if (leaves) await rename(store.root, `${store.root}-empty`);
    await store.mount();
    expect(await store.sink.createIfAbsent('t/f/request.json', Buffer.from('{}'))).toBe('created');
  });

  it('does not say that anything is missing where it is back before the marker is looked at', async () => {
    const sink = createMemorySink();
    await createMarker(sink, ID);
    await sink.createIfAbsent('k', Buffer.from('{}'));
    let away = true;
    /** Away for the first call of all, and back for those after it. */
    const once = <Answer>(whileAway: Answer, there: () => Answer): Answer => {
      if (!away) return there();
      away = false;
      return whileAway;
    };
    const flickering: Sink = {
      ...sink,
      read: async (key) => once(Promise.resolve(undefined), () => sink.read(key)),
      stat: async (key) => once(Promise.resolve(undefined), () => sink.stat(key)),
      stream: (key) => once(missing(key), () => sink.stream(key)),
      createIfAbsent: (key, body, folder) =>
        once(Promise.resolve('gone'), () => sink.createIfAbsent(key, body, folder)),
    };
    const calls = [
      (guarded: Sink) => guarded.read('k'),
      (guarded: Sink) => guarded.stat('k'),
      async (guarded: Sink) => (await collect(guarded.stream('k'))).length,
    ];
    for (const call of calls) {
      away = true;
      expect(await call(guardSink(flickering, ID))).toEqual(await call(sink));
    }
    const guarded = guardSink(flickering, ID);
    await guarded.confirm();
    away = true;
    expect(await guarded.createIfAbsent('l', Buffer.from('{}'), 'must-exist')).toBe('created');
  });

  it.each([
    ['there again', true],
    ['gone', false],
  ])(
    'gives no byte of an object twice that goes while it is read, and is %s afterwards',
    async (_, isBack) => {
      const sink = createMemorySink();
      await createMarker(sink, ID);
      await sink.createIfAbsent('k', Buffer.from('0123456789'));
      let reads = 0;
      async function* breaking(key: string): AsyncGenerator<Uint8Array> {
        reads += 1;
        if (reads === 1) yield* sink.stream(key, { start: 0, end: 4 });
        if (reads === 1 || !isBack) throw new ObjectMissingError(key);
        yield* sink.stream(key);
      }
      const read: string[] = [];
      const reading = (async () => {
        for await (const bytes of guardSink({ ...sink, stream: breaking }, ID).stream('k'))
          read.push(Buffer.from(bytes).toString());
      })();
      await expect(reading).rejects.toThrow(ObjectMissingError);
      expect(read.join('')).toBe('0123');
    },
  );

  it('does not say of a folder that it is empty where it is back before the marker is looked at', async () => {
    const sink = createMemorySink();
    await createMarker(sink, ID);
    await sink.createIfAbsent('t/e/1.csv', Buffer.from('x'));
    let lists = 0;
    async function* list(prefix: string, after?: string): AsyncGenerator<ObjectEntry, void> {
      lists += 1;
      if (lists > 1) yield* sink.list(prefix, after);
    }
    expect(await keysOf(guardSink({ ...sink, list }, ID).list('t/'))).toEqual(['t/e/1.csv']);
  });

  it('does not say that anything is missing', async () => {
    await using store = await mounted();
    await store.sink.createIfAbsent('t/e/manifest.json', Buffer.from('{}'));
    expect(await store.sink.read('t/e/plan.json')).toBeUndefined();
    await store.unmount();

    await expect(store.sink.read('t/e/manifest.json')).rejects.toThrow(away);
    await expect(store.sink.stat('t/e/manifest.json')).rejects.toThrow(away);
    await expect(collect(store.sink.stream('t/e/manifest.json'))).rejects.toThrow(away);
    await expect(keysOf(store.sink.list(''))).rejects.toThrow(away);
  });

  it('is not written either where another store is mounted instead', async () => {
    await using store = await mounted();
    await store.unmount();
    await createMarker(openSink({ kind: 'file', root: store.root }), 'another');
    await expect(store.sink.open('t/e/1.csv')).rejects.toThrow('the store should be store-1, and is another');
    expect(await readdir(store.root)).toEqual([MARKER_KEY]);
  });

  it('gets nothing of a known tenant where another store with that tenant is mounted instead', async () => {
    await using store = await mounted();
    const writes = [
      (sink: Sink) => sink.createIfAbsent('t/f/request.json', Buffer.from('{}')),
      (sink: Sink) => sink.createIfAbsent('t/x/other.json', Buffer.from('{}')),
      (sink: Sink) => sink.open('t/e/shard-0/1-a/1.csv'),
    ];
    // Each has just seen the marker, and looks at it again in some seconds.
    const lately = writes.map(() => openGuardedSink({ kind: 'file', root: store.root }, ID));
    for (const sink of lately) await sink.createIfAbsent('t/e/request.json', Buffer.from('{}'));
    await store.unmount();
    const another = openSink({ kind: 'file', root: store.root });
    await createMarker(another, 'another');
    await another.createIfAbsent('t/x/request.json', Buffer.from('{}'));

    for (const [at, write] of writes.entries()) {
      await expect(write(lately[at] ?? store.sink)).rejects.toThrow('should be store-1, and is another');
    }
    expect(await keysOf(another.list(''))).toEqual([MARKER_KEY, 't/x/request.json']);
    expect(await readdir(join(store.root, 't'))).toEqual(['x']);
  });
});

describe('the guard of a store', () => {
  it('looks at the marker at intervals, however much is written', async () => {
    const sink = createMemorySink();
    await createMarker(sink, ID);
    const read = jest.fn(sink.read);
    const guarded = guardSink({ ...sink, read }, ID);
    for (let n = 0; n < 100; n += 1) await guarded.createIfAbsent(`k${n}`, Buffer.from('x'));
    expect(read).toHaveBeenCalledTimes(1);
  });

  it('keeps the marker to itself', async () => {
    const sink = createMemorySink();
    await createMarker(sink, ID);
    expect(await keysOf(guardSink(sink, ID).list(''))).toEqual([]);
  });

  it('refuses everything once it is revoked', async () => {
    const sink = createMemorySink();
    await createMarker(sink, ID);
    const guarded = guardSink(sink, ID);
    await guarded.createIfAbsent('k', Buffer.from('x'));
    guarded.revoke('another store was adopted');
    await expect(guarded.createIfAbsent('l', Buffer.from('x'))).rejects.toThrow('another store was adopted');
    await expect(guarded.read('missing')).rejects.toThrow(away);
  });
});

describe('a marker', () => {
  it('is given once, however many processes try to give it', async () => {
    const sink = createMemorySink();
    const ids = await Promise.all(['a', 'b', 'c'].map((id) => createMarker(sink, id)));
    expect(new Set(ids).size).toBe(1);
    expect(await readMarker(sink)).toBe(ids[0]);
  });

  it.each(['', 'no json', '{}', '{"id":7}', '{"id":"a/b"}', 'null'])(
    'that says %j is not understood, and not taken for absent',
    async (text) => {
      const sink = createMemorySink();
      await sink.createIfAbsent(MARKER_KEY, Buffer.from(text));
      await expect(readMarker(sink)).rejects.toThrow(away);
    },
  );
});
