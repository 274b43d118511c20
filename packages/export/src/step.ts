/**
 * A step is the unit of work with one queue message and one lease. `plan` comes first, then the shards of
 * each stage, then `finalize`.
 */
export type StepId = 'plan' | 'finalize' | `shard-${number}`;

export interface StepRef {
  readonly exportId: string;
  readonly step: StepId;
}

const SHARD = /^shard-(0|[1-9]\d*)$/;

export function shardStepId(index: number): StepId {
  return `shard-${index}`;
}

/** Index of a shard step; undefined for `plan` and `finalize`. */
export function shardIndex(step: StepId): number | undefined {
  const match = SHARD.exec(step);
  return match ? Number(match[1]) : undefined;
}

export function isStepId(text: string): text is StepId {
  return text === 'plan' || text === 'finalize' || SHARD.test(text);
}
