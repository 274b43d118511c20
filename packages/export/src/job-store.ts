import type { CensusReads } from './census.js';
import type { Dispatch, Upkeep } from './dispatch.js';
import type { Downloads } from './downloads.js';
import type { ExportState, Outcome } from './export.js';
import type { ExportRecord } from './export-record.js';
import type { Failure } from './failure.js';
import type { Idempotency, KeyHolder, KeyTrust } from './idempotency.js';
import type { Owner } from './owner.js';
import type { Part } from './part.js';
import type { Polls } from './polls.js';
import type { StepId, StepRef } from './step.js';
import type { Tally } from './tally.js';

export interface NewExport {
  readonly id: string;
  readonly tenant: string;
  readonly client: string;
  /** As in the record. */
  readonly isBulk?: boolean;
  /** The idempotency key is the owner's while the export is there and not cancelled. */
  readonly idempotency?: Idempotency;
}

export type CreateResult =
  /** `at` is the accepted time by the clock of Redis. */
  | { readonly kind: 'created'; readonly at: number }
  | { readonly kind: 'exists' }
  /** Another export holds the idempotency key. */
  | { readonly kind: 'held'; readonly holder: KeyHolder }
  /** Nobody holds the idempotency key, but Redis may have lost an export that does. */
  | { readonly kind: 'unsure' }
  /** The tenant is at its cap of `active` exports. */
  | { readonly kind: 'full'; readonly active: number };

/** An export that Redis has lost, as the object store remembers it. Times in ms. */
export type LostExport = NewExport & { readonly acceptedAt: number } & (
    | { readonly state: 'accepted' }
    | {
        readonly state: Outcome;
        readonly startedAt?: number;
        readonly endedAt: number;
        readonly expiresAt: number;
        readonly failure?: Failure;
      }
  );

/** Kick-off and reading. */
export interface ExportRecords {
  /** Makes an invisible record in state `preparing`. */
  create(export_: NewExport): Promise<CreateResult>;
  /**
   * The export that holds an idempotency key; undefined while the key is free, `unsure` while that is unknown.
   *
   * @param key as in `Idempotency`
   */
  holderOf(owner: Owner, key: string): Promise<KeyHolder | 'unsure' | undefined>;
  /**
   * `preparing` → `accepted`, and queues `plan`. Repeating it is `activated` again; `refused` in every other state.
   */
  activate(id: string): Promise<'activated' | 'refused'>;
  /** Undo of `create`: removes a record that is still `preparing`; `kept` in every other state, or without one. */
  discard(id: string): Promise<'discarded' | 'kept'>;
  /**
   * Puts back an export that Redis has lost: one that has ended as it ended, any other one as `accepted`,
   * with its plan queued. `exists` when there is a record, which is left as it is.
   */
  restore(lost: LostExport): Promise<'restored' | 'exists'>;
  /**
   * Exports of an owner in whatever state, the one that was accepted last first.
   *
   * @param after `next` of the page before; undefined starts over
   */
  ownExports(
    owner: Owner,
    after: string | undefined,
    max: number,
  ): Promise<{ readonly exports: readonly ExportRecord[]; readonly next: string | undefined }>;
  /** Undefined when there is no such export. A `preparing` one is returned with that state. */
  read(id: string): Promise<ExportRecord | undefined>;
}

/** The right to work on a step until it is lost. Token and nonce go with every write. */
export interface Lease extends StepRef {
  /** `max(previous + 1, Redis TIME in ms)`, decimal. */
  readonly token: string;
  /** Chosen by the claimer, unguessable; tells two owners of one number apart after a failover. */
  readonly nonce: string;
}

/** Where a step stands: how many cuts are committed, and the input offset that the next one starts from. */
export interface Checkpoint {
  readonly cuts: number;
  readonly offset: number;
}

export type ClaimResult =
  /**
   * `attempt` counts from 1 since the last committed cut; `tenant` is the export's. `ranMs` is the time since the first step of
   * the export was claimed.
   */
  | {
      kind: 'claimed';
      lease: Lease;
      checkpoint: Checkpoint;
      attempt: number;
      tenant: string;
      ranMs: number;
    }
  /** Another owner's lease is live. */
  | { kind: 'held'; remainingMs: number }
  /** All attempts since the last cut are spent; `failure` is the one that the last attempt reported. */
  | { kind: 'exhausted'; attempts: number; failure?: Failure }
  | { kind: 'done' }
  /** The tenant is at its cap of steps. The step waits again. */
  | { kind: 'full' }
  /** Nothing is accepted any more; `deciding` names its outcome. */
  | { kind: 'closed'; state: ExportState; outcome?: Outcome }
  /** The step is planned but its stage is not open yet. It is queued when that opens. */
  | { kind: 'early' }
  /** The step should be there and is not: somebody has removed it. */
  | { kind: 'lost' }
  | { kind: 'gone' };

/** Refusal of a write whose lease was lost or whose export is over. The worker touches nothing else. */
export type Fenced = { kind: 'fenced' };
/** A recorded cut, with the totals that the export has written by now. */
export interface Committed {
  readonly kind: 'committed';
  readonly rowsWritten: number;
  readonly bytesWritten: number;
  readonly filesWritten: number;
}
/** Refusal of a write that does not continue the stored state, which is returned. */
export type Gap = { kind: 'gap'; checkpoint: Checkpoint };

export interface StepLeases {
  claim(
    step: StepRef,
    by: { nonce: string; worker: string; leaseMs: number; maxAttempts: number },
  ): Promise<ClaimResult>;
  /**
   * Extends the lease by `leaseMs` from now. A shard that `isWanted` has had its turn, and another client waits that holds
   * less: it is to be handed back at its next cut.
   */
  heartbeat(lease: Lease, leaseMs: number): Promise<{ kind: 'extended'; isWanted?: true } | Fenced>;
  /**
   * Gives the step back before it is done: it waits again, in front of its export. `handback` costs no attempt;
   * `failed` does, keeps `failure`, and is not dispatched before `retryMs` have passed.
   */
  release(
    lease: Lease,
    how: { kind: 'handback' } | { kind: 'failed'; failure: Failure; retryMs?: number },
  ): Promise<{ kind: 'released' } | Fenced>;
  /**
   * Gives a step back that cannot go on because something it needs is away. It costs no attempt. Each time since the
   * latest progress it waits twice as long before it is dispatched again, up to a limit. Once it has been postponed for
   * longer than `patienceMs` it is `spent`, and nothing is changed.
   */
  postpone(lease: Lease, terms: PostponeTerms): Promise<Postponement | Fenced>;
}

/** In ms. */
export interface PostponeTerms {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly patienceMs: number;
}

/** `waitMs` is until it may be dispatched; `afterMs` counts from the first time that it was postponed. */
export type Postponement = { kind: 'postponed'; waitMs: number } | { kind: 'spent'; afterMs: number };

/** The sums over some parts. */
export interface Amounts {
  readonly rows: number;
  readonly bytes: number;
  readonly files: number;
}

/** One cut of a whole pass: all open parts were closed at one line boundary. */
export interface Cut {
  /** Number of the cut, from 0; must be the number of cuts committed so far. */
  readonly cut: number;
  readonly from: number;
  readonly to: number;
  readonly parts: readonly Part[];
  /** Parts of earlier stages whose place they take: the totals of the export count them no longer. Absent: none. */
  readonly replaced?: Amounts;
  /** Stored input bytes that this cut consumed, for progress (compressed bytes for gzip). */
  readonly bytesRead: number;
  readonly tally: Tally;
}

/** How many shards read for a pass, and how many subjects it is for. */
export interface PassExtent {
  readonly shards: number;
  readonly subjects: number;
}

export interface StepCommits {
  /**
   * Adds shards `first …` with their start offsets. Invisible until the call with `stages`, which completes the
   * plan, marks the plan step done and opens the first stage (or `finalize` when there are no shards). What is opened
   * is queued.
   */
  planSlice(
    lease: Lease,
    slice: {
      first: number;
      starts: readonly number[];
      /**
       * Given with the last slice: number of shards in each stage, the bytes of all of them, and what the passes are for, if
       * progress by subject is to be counted.
       */
      complete?: { stages: readonly number[]; bytesTotal: number; passes?: readonly PassExtent[] };
    },
  ): Promise<{ kind: 'planned' } | Fenced>;
  /** Records a cut and moves the offset, all or nothing. A repeat by the same owner is `committed` again. */
  commitPart(lease: Lease, cut: Cut): Promise<Committed | Gap | Fenced>;
  /**
   * Records the last cut of a shard and marks the shard done, all or nothing; the last shard of a stage opens the next
   * stage or `finalize`. A repeat by the same owner is `committed` again.
   *
   * @param pass index of the pass that the shard is of: the last shard of a pass completes its subjects
   */
  commitShard(lease: Lease, last: Cut, pass?: number): Promise<Committed | Gap | Fenced>;
  /** Committed parts of a step, in the order of its cuts. */
  parts(exportId: string, steps: readonly StepId[]): Promise<readonly (readonly Part[])[]>;
  /**
   * Committed parts of the steps that are done, up to the first that is not: the answer may be shorter than `steps`, and
   * may end early. Whether a step is done and its parts are read at one time.
   */
  doneParts(exportId: string, steps: readonly StepId[]): Promise<readonly (readonly Part[])[]>;
  /** Counts of skipped data in all committed cuts of each step. */
  tallies(exportId: string, steps: readonly StepId[]): Promise<readonly Tally[]>;
}

export type DecideResult =
  /** This caller, or a repeat of it, entered `deciding`; `at` is the terminal time, taken once. */
  | { kind: 'deciding'; at: number }
  /** Another process is deciding, or it has ended. */
  | { kind: 'already'; state: ExportState; outcome: Outcome; at: number }
  | Fenced
  | { kind: 'gone' };

export interface Outcomes {
  /**
   * Enters `deciding(outcome)`. `completed` needs the lease of `finalize`, `failed` the lease of any step (or none,
   * for attempts that are spent), `cancelled` none. With `idleSince`, an export that has made progress after that time
   * is `fenced`.
   */
  decide(
    exportId: string,
    decision:
      | { outcome: 'completed'; lease: Lease }
      | { outcome: 'failed'; failure: Failure; lease?: Lease; nonce: string; idleSince?: number }
      | { outcome: 'cancelled'; nonce: string },
  ): Promise<DecideResult>;
  /**
   * Sets the terminal state that `manifest.json` names. Repeating it changes nothing; `refused` when another
   * terminal state stands.
   */
  settle(
    exportId: string,
    terminal: { outcome: Outcome; endedAt: number; expiresAt: number; failure?: Failure },
  ): Promise<'settled' | 'refused' | 'gone'>;
  /** Removes every key of an export that has ended. Returns false while it is not. */
  expire(exportId: string): Promise<boolean>;
}

/** Exports that have ended, by the time until which their output is kept. */
export interface Retention {
  /**
   * Exports whose `expiresAt` is `until` or before, the earliest first, exports of the same time by id.
   *
   * @param until ms since the epoch
   * @param max most of them
   * @param skip leaves out that many of the first, which the caller has failed to delete
   */
  expired(until: number, max: number, skip: number): Promise<readonly ExportRecord[]>;
  /**
   * Exports that have ended, those that are kept longest first: the one that ended last, as long as all are kept equally long.
   *
   * @param max most of them
   * @param skip leaves out that many of the first
   */
  ended(max: number, skip: number): Promise<readonly ExportRecord[]>;
  /**
   * Ends the retention of an export that has ended: it counts as expired from then on, with an `expiresAt` of
   * 0. `live` while it has not ended; then nothing changes.
   */
  endRetention(exportId: string): Promise<'ended' | 'live' | 'gone'>;
}

export type JobStore = ExportRecords &
  KeyTrust &
  Polls &
  Downloads &
  StepLeases &
  StepCommits &
  Outcomes &
  Dispatch &
  Upkeep &
  Retention &
  CensusReads;
