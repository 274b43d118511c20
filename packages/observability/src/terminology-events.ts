import type { Metrics } from './metrics.js';
import type { Log } from './outage/quiet-log.js';

/** Events of the value sets and concept maps of SQL. */
export interface TerminologyEvents {
  /**
   * A request got the rows of its value sets, concept maps and external tables, or was refused. `missing`: one of them is not
   * known; `refused`: one cannot be a table, or the terminology server did not do its part.
   */
  terminologyResolved(event: {
    result: 'resolved' | 'missing' | 'refused';
    relations: number;
    rows: number;
    durationMs: number;
  }): void;
}

export function createTerminologyEvents(log: Log, metrics: Metrics): TerminologyEvents {
  return {
    terminologyResolved(event) {
      metrics.terminologyResolved.inc({ result: event.result });
      metrics.terminologySeconds.observe(event.durationMs / 1000);
      log.debug(event, 'terminology of a request resolved');
    },
  };
}
