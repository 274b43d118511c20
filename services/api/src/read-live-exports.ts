import { lastProgress } from '@millrace/export';
import type { CensusReads } from '@millrace/export';
import type { ExportsReading } from '@millrace/observability';

const PAGE = 500;
/** So many are looked at for one scrape; of more than these, the oldest count. */
const MOST = 5_000;

/** How the exports stand that are not over. @param now ms since the epoch */
export async function readLiveExports(
  jobs: Pick<CensusReads, 'liveExports'>,
  now: number,
): Promise<ExportsReading> {
  const states: Record<string, number> = { preparing: 0, accepted: 0, 'in-progress': 0, deciding: 0 };
  let longestStillMs = 0;
  let after: string | undefined;
  let seen = 0;
  do {
    const { exports, next } = await jobs.liveExports(after, PAGE);
    for (const record of exports) {
      states[record.state] = (states[record.state] ?? 0) + 1;
      if (record.state === 'in-progress')
        longestStillMs = Math.max(longestStillMs, now - lastProgress(record));
    }
    seen += exports.length;
    after = next;
  } while (after !== undefined && seen < MOST);
  return { states, longestStillMs };
}
