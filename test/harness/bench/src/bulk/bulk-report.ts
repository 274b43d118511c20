import { median } from '../interleave.js';
import { rounded } from '../rounded.js';
import { BULK_CANDIDATES } from './bulk-benchmark.js';
import type { BulkCandidate, BulkRuns } from './bulk-benchmark.js';

/** The speed that exports are to have: to bare copying, and to `JSON.parse` of every line. */
const BULK_LIMITS = { systemToBare: 0.7, sinceToParse: 3, groupToParse: 2.5 } as const;

/** Speeds, and ratios of each round. */
export function reportBulk({ inputBytes, seconds, keptBytes }: BulkRuns): object {
  const ratio = (of: BulkCandidate, to: BulkCandidate): number =>
    rounded(median(seconds[of].map((one, round) => (seconds[to][round] ?? Number.NaN) / one)));
  const candidates = BULK_CANDIDATES.map((name) => {
    const mbPerSecond = rounded(inputBytes / 1e6 / median(seconds[name]));
    return [name, { seconds: rounded(median(seconds[name])), mbPerSecond, keptBytes: keptBytes[name] }];
  });
  return {
    inputBytes,
    candidates: Object.fromEntries(candidates) as object,
    systemToBare: ratio('system', 'bare'),
    sinceToParse: ratio('since', 'parse'),
    groupToParse: ratio('group', 'parse'),
    limits: BULK_LIMITS,
  };
}
