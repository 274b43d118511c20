import { SortedSet } from './sorted-set.js';

/** The sets that `lua/includes/keys.lua` describes. */
export interface WaitingSets {
  readonly queued: SortedSet;
  readonly window: SortedSet;
  readonly tenants: SortedSet;
  readonly clientsOf: (tenant: string) => SortedSet;
  readonly exportsOf: (owner: string) => SortedSet;
  readonly sentOf: (owner: string) => SortedSet;
  readonly heldOf: (owner: string) => SortedSet;
  readonly owners: SortedSet;
  readonly asked: SortedSet;
  readonly slotsOf: (tenant: string) => SortedSet;
  readonly workers: Map<string, { slots: number; until: number }>;
}

export function waitingSets(): WaitingSets {
  return {
    queued: new SortedSet(),
    window: new SortedSet(),
    tenants: new SortedSet(),
    clientsOf: setsByName(),
    exportsOf: setsByName(),
    sentOf: setsByName(),
    heldOf: setsByName(),
    owners: new SortedSet(),
    asked: new SortedSet(),
    slotsOf: setsByName(),
    workers: new Map(),
  };
}

function setsByName(): (name: string) => SortedSet {
  const sets = new Map<string, SortedSet>();
  return (name) => {
    const known = sets.get(name) ?? new SortedSet();
    sets.set(name, known);
    return known;
  };
}
