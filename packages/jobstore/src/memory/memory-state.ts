import type { ExportRecord, Failure, Lease, Part, StepId } from '@millrace/export';

/** A record that transitions change in place. */
export type StoredRecord = { -readonly [Field in keyof ExportRecord]: ExportRecord[Field] };

export interface StoredStep {
  state: 'waiting' | 'running' | 'done';
  token: number;
  owner: string;
  leaseEnds: number;
  attempts: number;
  cuts: number;
  offset: number;
  lastCut: { from: number; token: number } | undefined;
  failure: Failure | undefined;
  opened: readonly StepId[];
  parts: Part[];
}

export interface StoredExport {
  record: StoredRecord;
  steps: Map<StepId, StoredStep>;
  shardsPlanned: number;
  shardsOpen: number;
  stages: readonly number[];
  decided: { by: string; at: number } | undefined;
}

/** What the parts of the memory store share. */
export interface Memory {
  readonly exports: Map<string, StoredExport>;
  /** The one clock of the store, in ms. */
  now(): number;
}

export function waitingStep(offset: number): StoredStep {
  return {
    state: 'waiting',
    token: 0,
    owner: '',
    leaseEnds: 0,
    attempts: 0,
    cuts: 0,
    offset,
    lastCut: undefined,
    failure: undefined,
    opened: [],
    parts: [],
  };
}

/** The step of a lease, when that is its latest one and the export still accepts work. */
export function heldStep(
  memory: Memory,
  { exportId, step, token, nonce }: Lease,
): { stored: StoredExport; held: StoredStep } | undefined {
  const stored = memory.exports.get(exportId);
  const held = stored?.steps.get(step);
  if (!stored || !held || stored.record.state !== 'in-progress') return undefined;
  return String(held.token) === token && held.owner === nonce ? { stored, held } : undefined;
}
