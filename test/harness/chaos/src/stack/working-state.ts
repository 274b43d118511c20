import { shardStepId } from '@millrace/export';
import type { StepId } from '@millrace/export';

/** The few commands of Redis that are needed. */
export interface StateReader {
  hmget(key: string, ...fields: string[]): Promise<(string | null)[]>;
  del(key: string): Promise<number>;
}

export interface HeldShard {
  readonly exportId: string;
  readonly step: StepId;
  /** `WORKER_NAME` of its owner. */
  readonly worker: string;
  readonly cuts: number;
}

/** A look into the working state that goes past the product. Rejects while Redis is away. */
export interface WorkingState {
  /** Undefined unless the shard is being worked on. */
  shard(exportId: string, index: number): Promise<HeldShard | undefined>;
  /** Removes the record of an export, as a careless hand would. */
  forget(exportId: string): Promise<void>;
}

export function workingState(redis: StateReader, prefix: string): WorkingState {
  const exportKey = (exportId: string): string => `${prefix}:x:${exportId}`;
  return {
    async shard(exportId, index) {
      const step = shardStepId(index);
      const key = `${exportKey(exportId)}:s:${step}`;
      const [state, worker, cuts] = await redis.hmget(key, 'state', 'worker', 'cuts');
      if (state !== 'running' || typeof worker !== 'string') return undefined;
      return { exportId, step, worker, cuts: Number(cuts) };
    },
    async forget(exportId) {
      await redis.del(exportKey(exportId));
    },
  };
}
