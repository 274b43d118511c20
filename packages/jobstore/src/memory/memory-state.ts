import {
  EMPTY_TALLY,
  shardIndex,
  type ExportRecord,
  type Failure,
  type Idempotency,
  type Lease,
  type Outcome,
  type Part,
  type StepId,
  type Tally,
} from '@millrace/export';
import type { StoreLimits } from '../limits.js';
import type { SortedSet } from './sorted-set.js';
import type { WaitingSets } from './waiting-sets.js';

/** A record that transitions change in place. */
export type StoredRecord = { -readonly [Field in keyof ExportRecord]: ExportRecord[Field] };

export interface StoredStep {
  state: 'waiting' | 'running' | 'done';
  token: number;
  owner: string;
  worker: string;
  leaseEnds: number;
  attempts: number;
  cuts: number;
  offset: number;
  lastCut: { from: number; token: number } | undefined;
  failure: Failure | undefined;
  /** When it was postponed since the latest progress: first, last, and how often. */
  postponed: { since: number; at: number; times: number } | undefined;
  /** How often the step came back. */
  round: number;
  parts: Part[];
  tally: Tally;
}

export interface StoredExport {
  record: StoredRecord;
  readonly idempotency: Idempotency | undefined;
  steps: Map<StepId, StoredStep>;
  shardsPlanned: number;
  shardsOpen: number;
  /** Shards that were put into `ready` so far, and when their stage was opened. */
  shardsQueued: number;
  openedAt: number;
  /** Steps that may be dispatched, and steps that failed by the time from which they may. */
  readonly ready: SortedSet<StepId>;
  readonly failed: SortedSet<StepId>;
  stages: readonly number[];
  /** Of each pass: its shards that are not done, and how many subjects it is for. */
  passes: { left: number; readonly subjects: number }[];
  decided: { by: string; at: number } | undefined;
}

/** State that the parts of the memory store share. */
export interface Memory {
  readonly exports: Map<string, StoredExport>;
  readonly waiting: WaitingSets;
  /** Exports that were started, and those that have ended. Nobody but this store changes its state. */
  readonly totals: { started: number; readonly ended: Record<Outcome | 'unknown', number> };
  readonly limits: StoreLimits;
  /** The one clock of the store, in ms. */
  now(): number;
  /** False from the start, as after a loss: see `KeyTrust`. */
  knowsAllKeys: boolean;
}

export function waitingStep(offset: number): StoredStep {
  return {
    state: 'waiting',
    token: 0,
    owner: '',
    worker: '',
    leaseEnds: 0,
    attempts: 0,
    cuts: 0,
    offset,
    lastCut: undefined,
    failure: undefined,
    postponed: undefined,
    round: 0,
    parts: [],
    tally: EMPTY_TALLY,
  };
}

export interface HeldStep {
  readonly stored: StoredExport;
  readonly held: StoredStep;
}

/** The step of a lease, when that is its latest one and the export still accepts work. */
export function heldStep(memory: Memory, { exportId, step, token, nonce }: Lease): HeldStep | undefined {
  const stored = memory.exports.get(exportId);
  const held = stored?.steps.get(step);
  if (!stored || !held || stored.record.state !== 'in-progress') return undefined;
  if ((shardIndex(step) ?? -1) >= stored.shardsOpen) return undefined;
  return String(held.token) === token && held.owner === nonce ? { stored, held } : undefined;
}
