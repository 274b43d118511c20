import type { Metrics } from './metrics.js';
import type { Log } from './outage/quiet-log.js';

const UNAVAILABLE = 503;

/** Events of requests over HTTP. */
export interface RequestEvents {
  /** `route` is the pattern, never the address: `/fhir/export/:id/status`. */
  requestServed(event: {
    requestId: string;
    method: string;
    route: string;
    status: number;
    durationMs: number;
  }): void;
  /** An error that was not the client's: 503 while something does not answer, otherwise a fault of ours. */
  requestFailed(event: {
    requestId: string;
    method: string;
    route: string;
    status: number;
    err: unknown;
  }): void;
  /**
   * A request for which there was no room. One client may cause any number of them, so that they are counted, and are in
   * the log at `debug` only.
   */
  requestThrottled(event: { requestId: string; method: string; route: string; status: number }): void;
  /** `complete` is false when the client went away or the store broke off. */
  downloadServed(event: {
    requestId: string;
    exportId: string;
    status: number;
    bytesSent: number;
    complete: boolean;
    durationMs: number;
  }): void;
  /**
   * A file in the store differs from the one that its export committed. `refused`: nothing of it was sent;
   * `cut`: the difference was found while it was sent, and the connection was closed. `reason` names the
   * object, and both sizes and tags.
   */
  downloadBroken(event: {
    requestId: string;
    exportId: string;
    stage: 'refused' | 'cut';
    reason: string;
  }): void;
  /**
   * Something came that is not a request, or not all of one: its connection was closed, with this status
   * where that could be sent.
   */
  requestUnreadable(event: { readonly status: number }): void;
  /** A connection was closed because its client did not read the answers that it asked for. */
  unreadClosed(): void;
  definitionChanged(event: {
    requestId: string;
    /** Resource type. */
    type: string;
    id: string;
    versionId: string;
    change: 'created' | 'updated' | 'deleted';
    /** How much in it is doubtful. */
    doubts?: number;
  }): void;
}

export function createRequestEvents(log: Log, metrics: Metrics): RequestEvents {
  return {
    requestServed(event) {
      const { method, route, status } = event;
      metrics.requestSeconds.observe({ method, route, status: String(status) }, event.durationMs / 1000);
      log.debug(event, 'request served');
    },
    requestFailed(event) {
      if (event.status === UNAVAILABLE) log.warn(event, 'request failed');
      else log.error(event, 'request failed');
    },
    requestThrottled(event) {
      metrics.requestsThrottled.inc({ route: event.route });
      log.debug(event, 'request throttled');
    },
    downloadServed(event) {
      metrics.downloadsServed.inc({ status: String(event.status) });
      metrics.downloadBytes.inc(event.bytesSent);
      log.info(event, 'download served');
    },
    requestUnreadable({ status }) {
      metrics.requestsUnreadable.inc({ status: String(status) });
      log.debug({ status }, 'request unreadable');
    },
    unreadClosed() {
      metrics.unreadClosed.inc();
    },
    downloadBroken(event) {
      metrics.downloadsBroken.inc({ stage: event.stage });
      log.error(event, 'stored file differs from the committed one');
    },
    definitionChanged(event) {
      metrics.definitionsChanged.inc({ change: event.change });
      log.info(event, 'definition changed');
    },
  };
}
