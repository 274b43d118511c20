import { isOver } from './export.js';
import type { ExportRecord } from './export-record.js';
import type { HeldStep, SentStep } from './sent-step.js';

/**
 * A snapshot of exports, sent steps and workers. Each list is one page; times are in ms by the clock of
 * Redis.
 */
export interface Census {
  readonly exports: readonly ExportRecord[];
  readonly steps: readonly SentStep[];
  /** Workers that registered recently. */
  readonly workers: ReadonlySet<string>;
}

/** How long is too long, in ms. */
export interface LifecycleTerms {
  /** From the acceptance of an export to its start. */
  readonly queueTimeoutMs: number;
  /** From one committed piece of work to the next. */
  readonly noProgressMs: number;
  /** From the begin of a kick-off to its end. */
  readonly preparingMs: number;
  /** From a decision to the object that makes it stand. */
  readonly decidingMs: number;
}

/** The work to be done. Each list has one background task, which acts item by item; doing it again does nothing. */
export interface Changeset {
  /** Steps that were sent and that nobody took in time: their message may be lost. */
  readonly startRequired: readonly SentStep[];
  /** Exports whose decision somebody began and nobody ended. */
  readonly resumeRequired: readonly ExportRecord[];
  /** Steps whose lease has ended, or whose worker is gone. */
  readonly reclaimRequired: readonly HeldStep[];
  /** Kick-offs that nobody ended. */
  readonly cleanupRequired: readonly ExportRecord[];
  /** Exports that wait, or stand still, for too long. */
  readonly timeoutRequired: readonly ExportRecord[];
  /** Exports that have ended and whose time has passed. */
  readonly expireRequired: readonly ExportRecord[];
  /** Why a list may be too short. */
  readonly faults: readonly string[];
}

/** Finds out from the state alone what must be done. Lists are oldest first, and of one time by id. */
export function changeset(census: Census, now: number, terms: LifecycleTerms): Changeset {
  const { exports, steps, workers } = census;
  const held = steps.filter((step): step is HeldStep => step.state === 'running');
  // Nobody would be known to be alive: more likely the registrations were lost than all workers.
  const isBlind = workers.size === 0 && held.some(({ leaseEnds }) => leaseEnds > now);
  return {
    startRequired: steps.filter((step) => step.state === 'waiting' && step.doubtedFrom <= now),
    reclaimRequired: held.filter(
      ({ leaseEnds, worker }) => leaseEnds <= now || (!isBlind && !workers.has(worker)),
    ),
    resumeRequired: oldestFirst(
      exports.filter(
        ({ state, endedAt }) => state === 'deciding' && hasPassed(endedAt, terms.decidingMs, now),
      ),
      ({ endedAt }) => endedAt,
    ),
    cleanupRequired: oldestFirst(
      exports.filter(
        ({ state, acceptedAt }) => state === 'preparing' && hasPassed(acceptedAt, terms.preparingMs, now),
      ),
      ({ acceptedAt }) => acceptedAt,
    ),
    timeoutRequired: oldestFirst(
      exports.filter((record) => isStale(record, now, terms)),
      lastProgress,
    ),
    expireRequired: oldestFirst(
      exports.filter(({ state, expiresAt }) => isOver(state) && hasPassed(expiresAt, 0, now)),
      ({ expiresAt }) => expiresAt,
    ),
    faults: isBlind ? [`no worker is registered, but ${held.length} leases run`] : [],
  };
}

/** Time of the latest committed piece of work, or of the acceptance. */
export function lastProgress(record: Pick<ExportRecord, 'acceptedAt' | 'progressAt'>): number {
  return record.progressAt ?? record.acceptedAt;
}

function isStale(record: ExportRecord, now: number, terms: LifecycleTerms): boolean {
  switch (record.state) {
    case 'accepted':
      return hasPassed(lastProgress(record), terms.queueTimeoutMs, now);
    case 'in-progress':
      return hasPassed(lastProgress(record), terms.noProgressMs, now);
    case 'preparing':
    case 'deciding':
    case 'completed':
    case 'failed':
    case 'cancelled':
      return false;
    default:
      return record.state satisfies never;
  }
}

function hasPassed(since: number | undefined, ms: number, now: number): boolean {
  return since !== undefined && since + ms <= now;
}

function oldestFirst(
  records: readonly ExportRecord[],
  timeOf: (record: ExportRecord) => number | undefined,
): ExportRecord[] {
  return records.toSorted(
    (one, other) => (timeOf(one) ?? 0) - (timeOf(other) ?? 0) || (one.id < other.id ? -1 : 1),
  );
}
