import { shardStepId, type StepId } from '@millrace/export';

/** Every key of the store. The prefix carries a hash tag, so that a script's keys are in one slot of a cluster. */
export interface Keys {
  readonly schema: string;
  /** Id of the object store that the exports are in, and the one that a store without an id is to get. */
  readonly store: string;
  readonly proposedStore: string;
  /** Sorted sets of export ids: not over, by accepted time; over, by the time until which they are kept. */
  readonly live: string;
  readonly over: string;
  /** See `lua/includes/keys.lua` for these five. */
  readonly queued: string;
  readonly window: string;
  readonly workers: string;
  readonly workerSlots: string;
  readonly capacity: string;
  /** Where `mend` goes on. */
  readonly place: string;
  export(id: string): string;
  /** See `lua/poll.lua` for these two. Both expire by themselves. */
  polls(id: string): string;
  told(id: string): string;
  /** See `lua/await-downloads.lua` for these two. Both expire by themselves. */
  downloads(id: string): string;
  awaited(id: string): string;
  step(id: string, step: StepId): string;
  parts(id: string, step: StepId): string;
}

export function keysUnder(prefix: string): Keys {
  return {
    schema: `${prefix}:schema`,
    store: `${prefix}:store`,
    proposedStore: `${prefix}:proposed-store`,
    live: `${prefix}:live`,
    over: `${prefix}:over`,
    queued: `${prefix}:queued`,
    window: `${prefix}:window`,
    workers: `${prefix}:workers`,
    workerSlots: `${prefix}:worker-slots`,
    capacity: `${prefix}:capacity`,
    place: `${prefix}:place`,
    export: (id) => `${prefix}:x:${id}`,
    polls: (id) => `${prefix}:x:${id}:left`,
    told: (id) => `${prefix}:x:${id}:told`,
    downloads: (id) => `${prefix}:x:${id}:downloads`,
    awaited: (id) => `${prefix}:x:${id}:awaited`,
    step: (id, step) => `${prefix}:x:${id}:s:${step}`,
    parts: (id, step) => `${prefix}:x:${id}:p:${step}`,
  };
}

/** The steps at positions `from … to - 1` in the order in which `stepKeys` counts them. */
export function stepsInKeyOrder(from: number, to: number): StepId[] {
  return Array.from({ length: to - from }, (_, at) => stepAt(from + at));
}

function stepAt(position: number): StepId {
  if (position === 0) return 'plan';
  return position === 1 ? 'finalize' : shardStepId(position - 2);
}
