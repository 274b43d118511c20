import type { JobStore } from '@millrace/export';
import { setBacklogGauges, setExportGauges, setExportTotals, setQueueGauges } from '@millrace/observability';
import type { Metrics } from '@millrace/observability';
import type { ExportQueue } from '@millrace/queue';
import { readLiveExports } from './read-live-exports.js';

/** Reads what every API tells alike of the queue and the exports, before a scrape. */
export async function refreshMetrics(
  metrics: Metrics,
  jobs: Pick<JobStore, 'knownWorkers' | 'backlog' | 'liveExports' | 'exportTotals'>,
  queue: Pick<ExportQueue, 'read'>,
): Promise<void> {
  const [reading, workers, backlog, exports, totals] = await Promise.all([
    queue.read(),
    jobs.knownWorkers(),
    jobs.backlog(),
    readLiveExports(jobs, Date.now()),
    jobs.exportTotals(),
  ]);
  setExportTotals(metrics, totals);
  setExportGauges(metrics, exports);
  // BullMQ would count workers by CLIENT LIST, which the Redis user of a service need not be allowed.
  setQueueGauges(metrics, [{ ...reading, workers: workers.length }]);
  setBacklogGauges(metrics, backlog);
}
