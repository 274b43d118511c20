import type { SinkKind } from './sink-kind.js';

interface FaultTraits {
  /** Where it can happen; everywhere by default. */
  readonly sink?: SinkKind;
  /** Only when it is asked for by name. */
  readonly optIn?: true;
}

/** The faults that can happen to the processes, the network, the queue and the stores while exports run. */
export const FAULTS = {
  'kill-worker': {},
  'kill-api': {},
  'kill-query': {},
  'freeze-worker': {},
  'zombie-worker': {},
  'busy-worker': {},
  'terminate-worker': {},
  'freeze-redis': {},
  'kill-redis': {},
  'rewind-redis': { optIn: true },
  'cut-off-worker': {},
  'double-delivery': {},
  'double-finalize': {},
  's3-errors': { sink: 's3' },
  's3-slow-down': { sink: 's3' },
  's3-lost-requests': { sink: 's3' },
  's3-lost-answers': { sink: 's3' },
  's3-slow-bodies': { sink: 's3' },
  's3-cut-bodies': { sink: 's3' },
  's3-freeze': { sink: 's3' },
  's3-cut-off': { sink: 's3' },
  'lose-messages': {},
  'forget-export': {},
} as const satisfies Record<string, FaultTraits>;

export type FaultKind = keyof typeof FAULTS;

const TRAITS: Readonly<Record<FaultKind, FaultTraits>> = FAULTS;

/** The kinds that happen on a sink when nobody chooses. */
export function usualFaults(sink: SinkKind): FaultKind[] {
  return faultsOn(sink).filter((kind) => TRAITS[kind].optIn !== true);
}

/** The kinds that can happen on a sink. */
export function faultsOn(sink: SinkKind): FaultKind[] {
  return (Object.keys(FAULTS) as FaultKind[]).filter((kind) => (TRAITS[kind].sink ?? sink) === sink);
}

export function isFaultKind(text: string): text is FaultKind {
  return Object.hasOwn(FAULTS, text);
}
