import { describe, expect, it } from '@jest/globals';
import { StoreUnavailableError } from '../errors.js';
import { createMemorySink } from '../memory/memory-sink.js';
import { confirmIdentity } from './confirm-identity.js';
import { guardSink } from './guard-sink.js';
import { MARKER_KEY, createMarker } from './store-marker.js';

const ID = 'store-1';

async function store() {
  const sink = createMemorySink();
  await createMarker(sink, ID);
  return { sink, known: { sink: guardSink(sink, ID), storeId: ID } };
}

describe('a store that nobody uses', () => {
  it('is made known again to a Redis that has lost it', async () => {
    const { known } = await store();
    const settled: string[] = [];
    const register = { settle: async (id: string) => (settled.push(id), id) };
    await confirmIdentity(register, known);
    expect(settled).toEqual([ID]);
  });

  it('is said to be lost when its marker is gone, also while Redis does not answer', async () => {
    const { sink, known } = await store();
    const register = { settle: () => Promise.reject(new Error('away')) };
    await expect(confirmIdentity(register, known)).rejects.toThrow('away');
    await sink.remove([MARKER_KEY]);
    await expect(confirmIdentity(register, known)).rejects.toThrow(StoreUnavailableError);
  });

  it('is said to be lost when another one was adopted', async () => {
    const { known } = await store();
    const register = { settle: async () => 'store-2' };
    await expect(confirmIdentity(register, known)).rejects.toThrow('store-2 was adopted instead');
    await expect(known.sink.createIfAbsent('k', Buffer.from('x'))).rejects.toThrow(StoreUnavailableError);
  });
});
