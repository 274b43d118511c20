import type { ExpectedRows } from '../oracle/expected-rows.js';
import { checkListedOnce, checkRemoved, checkStored } from './check-listing.js';
import { checkRows } from './check-rows.js';
import { checkCancelled, checkEnds, checkManifests, checkOutcomes, checkStable } from './check-states.js';
import type { RoundSeen } from './round-seen.js';

export interface CheckResult {
  /** The promised limits. */
  readonly promise: string;
  /** How it was broken; empty when it was kept. */
  readonly problems: readonly string[];
}

/** All promises, and how a round kept them. Pure. */
export function checkRound(seen: RoundSeen, expected: ExpectedRows): CheckResult[] {
  return [
    { promise: 'every export ends', problems: checkEnds(seen) },
    { promise: 'an export has one manifest, which says what clients see', problems: checkManifests(seen) },
    {
      promise: 'a completed export has every row once, in order',
      problems: seen.exports.flatMap((each) => checkRows(each, expected)),
    },
    { promise: 'no object is listed twice', problems: checkListedOnce(seen) },
    { promise: 'listed files are stored, and clients download the same bytes', problems: checkStored(seen) },
    { promise: 'an outcome never changes', problems: checkStable(seen) },
    { promise: 'a cancelled export runs on no instance', problems: checkCancelled(seen) },
    { promise: 'of an export that was removed nothing is left', problems: checkRemoved(seen) },
    { promise: 'faults that pass change no outcome', problems: checkOutcomes(seen) },
    { promise: 'no request is answered with a fault of the server', problems: seen.oddAnswers },
    { promise: 'processes end when they are told to, and only then', problems: seen.unruly },
  ];
}
