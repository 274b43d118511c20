import type { ViewIssueKind } from '../errors.js';
import type { Possible } from '../model/kinds.js';

/** The finding of a check in one expression: the end of a sentence about it. */
export interface Finding {
  readonly kind: Extract<ViewIssueKind, 'element' | 'type' | 'doubt'>;
  readonly reason: string;
}

/** Takes a finding, and gives what to go on with: `any`, so that one fault is reported once. */
export type Report = (finding: Finding) => Possible;
