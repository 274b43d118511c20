import type { ScanNode } from '../program.js';
import { MOST_EDGES, NODE_PRIMITIVE } from '../program-format.js';
import { Declined } from './declined.js';

/** A place in a resource: the values under some keys, whether they are items of an array or not. */
export interface TriePlace {
  readonly children: Map<string, TriePlace>;
  flags: number;
  /** Set when the place was found to be the same as another one. */
  same: TriePlace | undefined;
}

export function createPlace(): TriePlace {
  return { children: new Map(), flags: 0, same: undefined };
}

/** The place that stands for all that are the same. */
function standing(place: TriePlace): TriePlace {
  return place.same === undefined ? place : standing(place.same);
}

/** The places under a key of each of some places. */
export function childrenOf(places: readonly TriePlace[], key: string, flags = 0): readonly TriePlace[] {
  return places.map((place) => {
    const { children } = standing(place);
    const child = standing(children.get(key) ?? createPlace());
    child.flags |= flags;
    children.set(key, child);
    return child;
  });
}

/** Says something of places. */
export function flagPlaces(places: readonly TriePlace[], flags: number): void {
  for (const place of places) standing(place).flags |= flags;
}

/** Makes places one, and the places below them too: `item` of a walk is found again under itself. */
export function unite(places: readonly TriePlace[]): TriePlace {
  const [first, ...others] = places;
  if (first === undefined) return createPlace();
  for (const other of others) merge(standing(first), standing(other));
  return standing(first);
}

function merge(kept: TriePlace, gone: TriePlace): void {
  if (kept === gone) return;
  gone.same = kept;
  kept.flags |= gone.flags;
  for (const [key, child] of gone.children) {
    const target = standing(kept);
    const known = target.children.get(key);
    if (known === undefined) target.children.set(key, child);
    else merge(standing(known), standing(child));
  }
}

/**
 * Numbers the places that can be reached, the root first.
 *
 * @param first number of the root
 * @throws Declined when an object has too many keys that are read, or a companion is read itself
 */
export function nodesOf(root: TriePlace, keyNumber: (key: string) => number, first = 0): readonly ScanNode[] {
  const places = [standing(root)];
  const numbers = new Map(places.map((place, index) => [place, first + index]));
  const numberOf = (place: TriePlace): number => {
    const number = numbers.get(place) ?? first + places.length;
    if (number === first + places.length) {
      numbers.set(place, number);
      places.push(place);
    }
    return number;
  };
  const nodes: ScanNode[] = [];
  for (const { children, flags } of places) {
    if (children.size > MOST_EDGES) throw new Declined(`it reads at most ${MOST_EDGES} keys of one object`);
    const edges = [...children].map(([key, child]) => {
      const target = standing(child);
      const companion = target.flags & NODE_PRIMITIVE ? `_${key}` : undefined;
      if (companion !== undefined && children.has(companion)) throw new Declined(`the key "${companion}"`);
      return {
        key: keyNumber(key),
        node: numberOf(target),
        companion: companion === undefined ? undefined : keyNumber(companion),
      };
    });
    nodes.push({ flags, edges });
  }
  return nodes;
}
