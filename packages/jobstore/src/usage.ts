import { shardIndex, type Cut, type Lease } from '@millrace/export';
import { JobStoreUsageError } from './errors.js';

/** Most shards in one slice of a plan: one script must not hold Redis for long. */
export const MAX_SLICE = 1_000;

/** @throws JobStoreUsageError */
export function requireShard({ step }: Lease): void {
  if (shardIndex(step) === undefined) {
    throw new JobStoreUsageError(`Only shards are committed, and "${step}" is not a shard.`);
  }
}

/** Shards have parts, and `finalize` has the empty files. @throws JobStoreUsageError */
export function requireStepWithParts({ step }: Lease): void {
  if (step === 'plan') throw new JobStoreUsageError('The plan step writes no parts.');
}

/** @throws JobStoreUsageError */
export function requireForward({ cut, from, to }: Pick<Cut, 'cut' | 'from' | 'to'>): void {
  if (to < from) throw new JobStoreUsageError(`Cut ${cut} goes back from offset ${from} to ${to}.`);
}

/** @throws JobStoreUsageError */
export function requirePlanSlice({ step }: Lease, shards: number): void {
  if (step !== 'plan')
    throw new JobStoreUsageError(`Shards are planned under the lease of "plan", not of "${step}".`);
  if (shards > MAX_SLICE) {
    throw new JobStoreUsageError(
      `A slice of a plan has at most ${MAX_SLICE} shards, this one has ${shards}.`,
    );
  }
}

/** A slice that leaves a gap, or stages that count other shards than were planned. */
export function planMismatch(first: number, count: number, planned: number): JobStoreUsageError {
  return new JobStoreUsageError(
    `A slice of ${count} shards from shard ${first} does not fit a plan that has ${planned} shards so far: ` +
      'each slice must begin where the last one ended, and the stages must count all shards.',
  );
}
