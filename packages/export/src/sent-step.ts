import type { StepRef } from './step.js';

/** A step whose turn it is. `round` counts how often it came back; with it the message has an id of its own. */
export interface DispatchedStep extends StepRef {
  readonly round: number;
}

/** A step that was sent and that no worker has taken. It is in doubt from that time on, in ms. */
export interface UntakenStep extends DispatchedStep {
  readonly state: 'waiting';
  readonly doubtedFrom: number;
}

/** A step that a worker has. */
export interface HeldStep extends DispatchedStep {
  readonly state: 'running';
  readonly worker: string;
  readonly token: string;
  /** In ms. */
  readonly leaseEnds: number;
}

export type SentStep = UntakenStep | HeldStep;
