import { randomUUID } from 'node:crypto';
import type { ObjectStore } from '../sink.js';
import { StoreIdentityError } from './store-identity-error.js';
import { MARKER_KEY, createMarker, readMarker } from './store-marker.js';

/** Where the id of the store is kept beside the working state, for all processes. Each call is atomic. */
export interface StoreRegister {
  /** The id of the store that the exports are kept in; undefined when none is known. */
  known(): Promise<string | undefined>;
  /** The id for a store that has none: the first that was proposed. */
  propose(id: string): Promise<string>;
  /** Makes an id known where none is. Returns the one that is known then. */
  settle(id: string): Promise<string>;
  /** Makes an id known in the place of any other. */
  replace(id: string): Promise<void>;
  /** Whether the working state knows one of the exports with objects under these keys. */
  knowsAny(keys: readonly string[]): Promise<boolean>;
}

/** Objects among which one of a known export is looked for, in a store without a marker. */
const KEYS_SEEN = 1_000;

/**
 * Finds out whether a store is the one that the working state is about, and gives a store its marker that may have one:
 * where no store is known, and where exports are in it that the working state knows. Any number of processes that start
 * at once end with the same id. A working state that has lost its data takes the id of the store.
 *
 * @param place for people
 * @param writable the same store, once it is known that it may be written
 * @throws StoreIdentityError
 */
export async function settleIdentity(
  store: Pick<ObjectStore, 'read' | 'list'>,
  place: string,
  register: StoreRegister,
  writable: () => Promise<Pick<ObjectStore, 'read' | 'createIfAbsent'>>,
): Promise<string> {
  // In this order: an id is known only after its store has a marker.
  const known = await register.known();
  const found = await readMarker(store);
  if (found !== undefined) return agreed(place, known ?? (await register.settle(found)), found);
  if (known !== undefined && !(await register.knowsAny(await firstKeys(store)))) {
    throw new StoreIdentityError(place, { known, found });
  }
  const id = known ?? (await register.propose(randomUUID()));
  const marked = await createMarker(await writable(), id);
  return agreed(place, await register.settle(marked), marked);
}

function agreed(place: string, known: string, found: string): string {
  if (known !== found) throw new StoreIdentityError(place, { known, found });
  return found;
}

async function firstKeys(store: Pick<ObjectStore, 'list'>): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list('')) {
    if (key !== MARKER_KEY) keys.push(key);
    if (keys.length >= KEYS_SEEN) break;
  }
  return keys;
}
