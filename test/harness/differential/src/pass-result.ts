import type { ScanFormat } from '@millrace/scan';
import type { Tiers } from './tiers.js';

/** Numbers of generated lines, the last excluded. */
export interface LineNumbers {
  readonly from: number;
  readonly to: number;
}

export interface PassTask {
  readonly tiers: Tiers;
  readonly seed: string;
  /** Number of the pass, from 0. */
  readonly pass: number;
  readonly lines: LineNumbers;
}

/** Two engines that differ, or a scan that trapped, and the means to show it again. */
export interface Disagreement {
  readonly kind: 'disagreement';
  readonly pass: number;
  /** The one line that shows it alone; all lines of the pass when only several together, or how they are handed over, show it. */
  readonly lines: LineNumbers;
  readonly format: ScanFormat;
  readonly definitions: string;
  readonly framing: string;
  /** As JSON; undefined when all resources were evaluated. */
  readonly filter: string | undefined;
  /** Of the data, as JSON. */
  readonly bases: string;
  readonly input: string;
  readonly difference: string;
}

/** A pass without a result, because an exception ended it, or its thread. */
export interface BrokenPass {
  readonly kind: 'broken';
  readonly pass: number;
  readonly lines: LineNumbers;
  /** The error that ended the pass, with its stack where there is one. */
  readonly message: string;
}

export type Failure = Disagreement | BrokenPass;

/** Counts of the work; `compared` and `rows` show that something was compared. */
export interface Counts {
  readonly views: number;
  /** One view on one line each. */
  readonly cases: number;
  readonly compared: number;
  /** Cases on lines that were not damaged after they were generated. */
  readonly sound: number;
  /** Of `sound`, those that were compared. */
  readonly soundCompared: number;
  readonly rows: number;
  readonly stops: number;
  /** Of the kernel; each makes its pass fail. */
  readonly traps: number;
  /** Generated passes that were refused before one was not. */
  readonly refusals: number;
}

export interface PassResult extends Counts {
  readonly failure: Failure | undefined;
}

export const noCounts: Counts = {
  views: 0,
  cases: 0,
  compared: 0,
  sound: 0,
  soundCompared: 0,
  rows: 0,
  stops: 0,
  traps: 0,
  refusals: 0,
};

/** The result of a pass that something thrown has ended. */
export function brokenPass({ pass, lines }: Pick<PassTask, 'pass' | 'lines'>, thrown: unknown): PassResult {
  const message = thrown instanceof Error ? (thrown.stack ?? String(thrown)) : String(thrown);
  return { ...noCounts, failure: { kind: 'broken', pass, lines, message } };
}
