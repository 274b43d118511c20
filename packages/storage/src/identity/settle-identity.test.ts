import { describe, expect, it } from '@jest/globals';
import { createMemorySink } from '../memory/memory-sink.js';
import { settleIdentity } from './settle-identity.js';
import type { StoreRegister } from './settle-identity.js';
import { StoreIdentityError } from './store-identity-error.js';
import { createMarker, readMarker } from './store-marker.js';

/** A Redis that keeps some ids and knows some exports. */
function register(state: { store?: string; proposed?: string; exports?: string[] } = {}): StoreRegister {
  return {
    known: async () => state.store,
    propose: async (id) => (state.proposed ??= id),
    settle: async (id) => (state.store ??= id),
    async replace(id) {
      state.store = id;
    },
    knowsAny: async (keys) => keys.some((key) => state.exports?.includes(key.split('/')[1] ?? '')),
  };
}

const settle = (sink: ReturnType<typeof createMemorySink>, known: StoreRegister) =>
  settleIdentity(sink, '/out', known, async () => sink);

async function storeWith(...keys: string[]) {
  const sink = createMemorySink();
  for (const key of keys) await sink.createIfAbsent(key, Buffer.from('{}'));
  return sink;
}

describe('the identity of a store', () => {
  it('is given to an empty store when none is known', async () => {
    const sink = await storeWith();
    const redis = register();
    const id = await settle(sink, redis);
    expect(await readMarker(sink)).toBe(id);
    expect(await redis.known()).toBe(id);
    expect(await settle(sink, redis)).toBe(id);
  });

  it('is given to a store that holds exports from before there were markers', async () => {
    const sink = await storeWith('t/e1/request.json');
    const redis = register({ exports: ['e1'] });
    const id = await settle(sink, redis);
    expect(await readMarker(sink)).toBe(id);
  });

  it('is given again to a store whose marker is gone, when it holds exports that are known', async () => {
    const sink = await storeWith('t/e1/request.json');
    expect(await settle(sink, register({ store: 'known', exports: ['e1'] }))).toBe('known');
    expect(await readMarker(sink)).toBe('known');
  });

  it('is taken from the store when Redis has lost everything', async () => {
    const sink = await storeWith();
    await createMarker(sink, 'of-the-store');
    const redis = register();
    expect(await settle(sink, redis)).toBe('of-the-store');
    expect(await redis.known()).toBe('of-the-store');
  });

  it.each([
    ['an empty store', []],
    ['a store with exports that nobody here knows', ['t/e9/request.json']],
    ['a store with something else in it', ['_audit/1.json']],
  ])('is not given to %s when another store is known', async (_, keys) => {
    const sink = await storeWith(...keys);
    const refusal = settle(sink, register({ store: 'known', exports: ['e1'] }));
    await expect(refusal).rejects.toThrow(StoreIdentityError);
    await expect(refusal).rejects.toThrow('millrace admin --write store adopt');
    expect(await readMarker(sink)).toBeUndefined();
  });

  it('is refused when it is another one', async () => {
    const sink = await storeWith();
    await createMarker(sink, 'another');
    await expect(settle(sink, register({ store: 'known' }))).rejects.toMatchObject({
      known: 'known',
      found: 'another',
    });
  });

  it('is one and the same for all processes that start at once', async () => {
    const sink = await storeWith();
    const redis = register();
    const ids = await Promise.all(Array.from({ length: 20 }, () => settle(sink, redis)));
    expect(new Set(ids).size).toBe(1);
  });

  it('is settled by the next start when a process died in between', async () => {
    const sink = await storeWith();
    const state = { proposed: 'proposed-before' };
    expect(await settle(sink, register(state))).toBe('proposed-before');

    const marked = await storeWith();
    await createMarker(marked, 'proposed-before');
    expect(await settle(marked, register(state))).toBe('proposed-before');
  });
});
