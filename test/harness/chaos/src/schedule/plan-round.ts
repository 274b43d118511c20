import { createRandom } from '../random.js';
import type { Random } from '../random.js';
import type { FaultKind } from './fault-kind.js';
import type { SinkKind } from './sink-kind.js';

/**
 * When an export is cancelled: some time after its kick-off, as soon as finalize may be claimed, or once a client has seen its
 * end, which removes one of resources.
 */
export type Cancellation =
  | { readonly kind: 'after'; readonly ms: number }
  | { readonly kind: 'at-finalize' }
  | { readonly kind: 'at-end' };

export interface PlannedExport {
  /** After the round began. */
  readonly atMs: number;
  /** `$export` of the resources of types, or `$sql-export` of views and queries. */
  readonly operation: 'bulk' | 'views';
  /** The names of its outputs: views and queries, or resource types. */
  readonly outputs: readonly string[];
  readonly format: 'ndjson' | 'csv';
  /** The damaged source has a line that is not a resource: an export of it must fail. */
  readonly source: 'default' | 'damaged';
  readonly cancel?: Cancellation;
}

export interface PlannedFault {
  readonly kind: FaultKind;
  readonly atMs: number;
  /** How long the fault lasts. */
  readonly forMs: number;
  /** In [0, 1): chooses among the victims that are there when the time comes. */
  readonly chance: number;
}

export interface RoundPlan {
  readonly id: string;
  readonly exports: readonly PlannedExport[];
  readonly faults: readonly PlannedFault[];
}

export interface RoundTerms {
  readonly seed: number;
  readonly sink: SinkKind;
  /** Rounds of one sink are counted from 0. */
  readonly index: number;
  readonly kinds: readonly FaultKind[];
  readonly views: readonly string[];
  readonly resourceTypes: readonly string[];
  /** How long exports are started and things are broken. */
  readonly windowMs: number;
  readonly leaseMs: number;
}

const EXPORTS = { least: 4, most: 6 } as const;
const FAULTS_A_ROUND = 6;
/** Share of exports that copy resources. */
const BULK_SHARE = 0.35;
/** Exports are started in this part of the window. */
const STARTS_UNTIL = 0.7;

/** Each round of as many, the first among them, has an export of resources that is removed after its end. */
const REMOVING_ROUNDS = 2;

/** The plan of a round. The same terms give the same plan. */
export function planRound(terms: RoundTerms): RoundPlan {
  const { seed, sink, index, windowMs } = terms;
  const random = createRandom(`${seed}/${sink}/${index}`);
  const drawn = Array.from({ length: random.between(EXPORTS.least, EXPORTS.most) }, () =>
    planExport(terms, random),
  );
  const exports = withOneLeft(index % REMOVING_ROUNDS === 0 ? withRemoval(drawn, terms) : drawn);
  const kinds = Array.from({ length: FAULTS_A_ROUND }, (_, n) =>
    dealtKind(terms, index * FAULTS_A_ROUND + n),
  );
  const faults = kinds
    .filter((kind) => kind !== undefined)
    .map((kind) => ({
      kind,
      atMs: random.between(Math.min(300, windowMs), windowMs),
      forMs: durationOf(kind, terms.leaseMs, random),
      chance: random.next(),
    }));
  return { id: `${sink}-${index}`, exports: byTime(exports), faults: byTime(faults) };
}

/**
 * Kinds are dealt like cards, so that a short run meets each of them: no kind comes again before all others have
 * come.
 */
function dealtKind({ seed, sink, kinds }: RoundTerms, card: number): FaultKind | undefined {
  if (kinds.length === 0) return undefined;
  const deck = createRandom(`${seed}/${sink}/deck ${Math.floor(card / kinds.length)}`).shuffled(kinds);
  return deck[card % kinds.length];
}

function planExport({ views, resourceTypes, windowMs }: RoundTerms, random: Random): PlannedExport {
  const cancel = planCancellation(random, windowMs);
  const common = {
    atMs: random.between(0, windowMs * STARTS_UNTIL),
    source: random.next() < 0.1 ? ('damaged' as const) : ('default' as const),
  };
  const some = (outputs: readonly string[]) => random.shuffled(outputs).slice(0, random.between(1, 3));
  const cancelled = cancel === undefined ? {} : { cancel };
  if (random.next() < BULK_SHARE)
    return { ...common, ...cancelled, operation: 'bulk', outputs: some(resourceTypes), format: 'ndjson' };
  return {
    ...common,
    ...cancelled,
    operation: 'views',
    outputs: some(views),
    format: random.pick(['ndjson', 'ndjson', 'csv']),
  };
}

/** The first export of resources that is not cancelled, or else the first one at all as one of resources, is removed at its end. */
function withRemoval(
  exports: readonly PlannedExport[],
  { resourceTypes }: RoundTerms,
): readonly PlannedExport[] {
  const uncancelled = exports.findIndex(
    ({ operation, cancel }) => operation === 'bulk' && cancel === undefined,
  );
  const removed = Math.max(0, uncancelled);
  return exports.map((planned, index) => {
    if (index !== removed) return planned;
    const { atMs, source } = planned;
    const outputs = planned.operation === 'bulk' ? planned.outputs : resourceTypes.slice(0, 1);
    return { atMs, source, operation: 'bulk', outputs, format: 'ndjson', cancel: { kind: 'at-end' } };
  });
}

/** An export is left to its end, so that its rows are compared: one of views, if no other is. */
function withOneLeft(exports: readonly PlannedExport[]): readonly PlannedExport[] {
  if (exports.some(({ cancel, source }) => cancel === undefined && source === 'default')) return exports;
  const left = exports.findLastIndex(({ operation }) => operation === 'views');
  return exports.map((planned, index) => {
    if (index !== left) return planned;
    const { cancel: _cancel, ...others } = planned;
    return { ...others, source: 'default' };
  });
}

function planCancellation(random: Random, windowMs: number): Cancellation | undefined {
  const draw = random.next();
  if (draw < 0.1) return { kind: 'at-finalize' };
  if (draw < 0.17) return { kind: 'after', ms: random.between(0, 60) };
  if (draw < 0.3) return { kind: 'after', ms: random.between(0, windowMs) };
  return undefined;
}

/** A process that is frozen or cut off stays so for longer than a lease about half of the time. */
function durationOf(kind: FaultKind, leaseMs: number, random: Random): number {
  switch (kind) {
    case 'kill-worker':
    case 'kill-api':
    case 'terminate-worker':
      return random.between(50, leaseMs);
    case 'kill-redis':
    case 'rewind-redis':
      return random.between(50, 2 * leaseMs);
    default:
      return random.between(leaseMs / 4, 2.5 * leaseMs);
  }
}

function byTime<T extends { readonly atMs: number }>(list: readonly T[]): T[] {
  return [...list].sort((a, b) => a.atMs - b.atMs);
}
