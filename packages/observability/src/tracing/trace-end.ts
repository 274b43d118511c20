import type { Events } from '../events.js';
import type { Tracing } from './tracing.js';

/**
 * Events of which the end of an export is also a span, `export`, from its acceptance on.
 *
 * @param parent the span of its kick-off; undefined where there is none: then these are the events themselves
 */
export function traceEnd<Some extends Pick<Events, 'exportSettled'>>(
  events: Some,
  tracing: Tracing,
  parent: string | undefined,
): Some {
  if (parent === undefined || !tracing.isOn) return events;
  const traced: Pick<Events, 'exportSettled'> = {
    exportSettled(event) {
      const { exportId, outcome, durationMs, failure } = event;
      const attributes = { 'millrace.export.id': exportId, 'millrace.outcome': outcome };
      tracing.begin('export', { parent, at: Date.now() - durationMs, attributes }).end(failure?.code);
      events.exportSettled(event);
    },
  };
  return Object.assign({}, events, traced);
}
