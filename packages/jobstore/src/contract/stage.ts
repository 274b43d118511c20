import { randomUUID } from 'node:crypto';
import { EMPTY_TALLY } from '@millrace/export';
import type { Checkpoint, Cut, Failure, JobStore, Lease, Part, StepId, StepRef } from '@millrace/export';
import type { StoreLimits } from '../limits.js';
import { MAX_SLICE } from '../usage.js';

/** A store under test, and its clock. */
export interface StoreUnderTest {
  readonly jobs: JobStore;
  /** Resolves once that many ms have passed by the clock of the store. */
  elapse(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens a store of which nobody else knows. */
export type MakeStore = (limits?: Partial<StoreLimits>) => Promise<StoreUnderTest>;

/** Long enough that no test outlives it. */
export const LONG_MS = 600_000;

export const disk: Failure = { status: 500, code: 'exception', diagnostics: 'The disk is full.' };

/** One export in a store, moved along by the shortest way. */
export interface Stage {
  readonly jobs: JobStore;
  readonly id: string;
  ref(step: StepId): StepRef;
  claim(
    step: StepId,
    by?: { nonce?: string; leaseMs?: number; maxAttempts?: number },
  ): ReturnType<JobStore['claim']>;
  /** Claims a step that nobody holds. */
  take(step: StepId, by?: { nonce?: string; leaseMs?: number; maxAttempts?: number }): Promise<Lease>;
  accept(): Promise<void>;
  /** Accepts, and plans shards of 100 bytes in the given stages. */
  plan(...stages: number[]): Promise<Lease>;
  /** Commits the whole of a shard in one cut. */
  finish(step: StepId): Promise<Lease>;
  /** Finishes a plan of one shard and takes finalize. */
  finalize(): Promise<Lease>;
}

export async function setStage(
  jobs: JobStore,
  {
    id = randomUUID(),
    tenant = 'default',
    client = 'anonymous',
  }: { id?: string; tenant?: string; client?: string } = {},
): Promise<Stage> {
  const ref = (step: StepId): StepRef => ({ exportId: id, step });
  const stage: Stage = {
    jobs,
    id,
    ref,
    claim(step, { nonce = randomUUID(), leaseMs = LONG_MS, maxAttempts = 3 } = {}) {
      return jobs.claim(ref(step), { nonce, worker: 'w1', leaseMs, maxAttempts });
    },
    async take(step, by) {
      const claimed = await stage.claim(step, by);
      if (claimed.kind !== 'claimed') throw new Error(`${step} could not be claimed: ${claimed.kind}`);
      return claimed.lease;
    },
    async accept() {
      await jobs.create({ id, tenant, client });
      await jobs.activate(id);
    },
    async plan(...stages) {
      await stage.accept();
      const lease = await stage.take('plan');
      const shards = stages.reduce((sum, count) => sum + count, 0);
      const starts = Array.from({ length: shards }, (_, shard) => shard * 100);
      let first = 0;
      for (; first + MAX_SLICE < shards; first += MAX_SLICE) {
        await jobs.planSlice(lease, { first, starts: starts.slice(first, first + MAX_SLICE) });
      }
      const complete = { stages, bytesTotal: shards * 100 };
      await jobs.planSlice(lease, { first, starts: starts.slice(first), complete });
      return lease;
    },
    async finish(step) {
      const claimed = await stage.claim(step);
      if (claimed.kind !== 'claimed') throw new Error(`${step} could not be claimed: ${claimed.kind}`);
      const { cuts, offset } = claimed.checkpoint;
      await jobs.commitShard(claimed.lease, cut(cuts, offset, offset + 100));
      return claimed.lease;
    },
    async finalize() {
      await stage.plan(1);
      await stage.finish('shard-0');
      return stage.take('finalize');
    },
  };
  return stage;
}

/** A cut at the place of the checkpoint, with nothing in it. */
export function emptyCut({ cuts, offset }: Checkpoint): Cut {
  return { cut: cuts, from: offset, to: offset, parts: [], bytesRead: 0, tally: EMPTY_TALLY };
}

/** A cut with one part of ten rows. */
export function cut(number: number, from: number, to: number, key = `${number}.csv`) {
  return {
    cut: number,
    from,
    to,
    parts: [part(key)],
    bytesRead: to - from,
    tally: { skippedLines: 1, firstSkipped: from, otherTypes: { Group: 2 } },
  };
}

export function part(key: string): Part {
  return { subject: 0, key, rows: 10, bytes: 250, sha256: 'a'.repeat(64), etag: '"e"' };
}
