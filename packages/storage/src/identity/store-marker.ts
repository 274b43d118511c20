import { StoreUnavailableError } from '../errors.js';
import type { ObjectStore } from '../sink.js';

/** The object that tells one store from every other, and from an empty folder where a store should be mounted. */
export const MARKER_KEY = '_store.json';

const ID = /^[\w-]{1,64}$/;

/**
 * The id in the marker of a store; undefined if it has no marker.
 *
 * @throws StoreUnavailableError when the store does not answer, or when the marker cannot be understood
 */
export async function readMarker(store: Pick<ObjectStore, 'read'>): Promise<string | undefined> {
  const body = await store.read(MARKER_KEY);
  if (body === undefined) return undefined;
  const id = idIn(Buffer.from(body).toString('utf8'));
  if (id === undefined) throw new StoreUnavailableError('be known by', MARKER_KEY, 'it has no id in it');
  return id;
}

/** @throws StoreUnavailableError unless the store has the marker with this id */
export async function requireMarker(store: Pick<ObjectStore, 'read'>, id: string): Promise<void> {
  const found = await readMarker(store);
  if (found === id) return;
  const is = found === undefined ? 'has no marker: it is not mounted, or is another one' : `is ${found}`;
  throw new StoreUnavailableError('be known by', MARKER_KEY, `the store should be ${id}, and ${is}`);
}

/** Gives a store a marker if it has none, and returns the id that it has then. Any number of racers get the same. */
export async function createMarker(
  store: Pick<ObjectStore, 'read' | 'createIfAbsent'>,
  id: string,
): Promise<string> {
  await store.createIfAbsent(MARKER_KEY, Buffer.from(`${JSON.stringify({ id })}\n`));
  return (await readMarker(store)) ?? id;
}

function idIn(text: string): string | undefined {
  try {
    const marker: unknown = JSON.parse(text);
    if (typeof marker !== 'object' || marker === null || !('id' in marker)) return undefined;
    return typeof marker.id === 'string' && ID.test(marker.id) ? marker.id : undefined;
  } catch {
    return undefined;
  }
}
