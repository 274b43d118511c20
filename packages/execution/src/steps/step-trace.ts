import { shardIndex } from '@millrace/export';
import type { ExportRequest, Lease } from '@millrace/export';
import { traceObjects } from '@millrace/lifecycle';
import { traceEnd, withTrace } from '@millrace/observability';
import type { Events, Span } from '@millrace/observability';
import type { ExecutionPorts } from '../ports.js';

/** The ports of one attempt at a step, through which its work is seen in the trace of its export. */
export interface StepTrace {
  readonly ports: ExecutionPorts;
  /** @param failed code or class of the error that the attempt ended with */
  end(failed?: string): void;
}

/** The ports of an attempt whose export has no trace, or is not known yet. */
export function untraced(ports: ExecutionPorts): StepTrace {
  return { ports, end: () => undefined };
}

/**
 * Begins the span of an attempt, below the kick-off of its export, whichever process dispatched it. Log lines carry the id of the
 * trace, also where this process records no spans.
 *
 * @param waitedMs since the message of the step was sent
 */
export function traceStep(
  ports: ExecutionPorts,
  { lease, attempt }: { readonly lease: Lease; readonly attempt: number },
  { traceparent: parent }: Pick<ExportRequest, 'traceparent'>,
  waitedMs: number,
): StepTrace {
  if (parent === undefined) return untraced(ports);
  const { tracing } = ports;
  const events = traceEnd(withTrace(ports.events, parent), tracing, parent);
  if (!tracing.isOn) return untraced({ ...ports, events });
  const attributes = {
    'millrace.export.id': lease.exportId,
    'millrace.step': lease.step,
    'millrace.attempt': attempt,
  };
  tracing.begin('queue', { parent, kind: 'consumer', at: Date.now() - waitedMs, attributes }).end();
  const name = shardIndex(lease.step) === undefined ? lease.step : 'shard';
  const span = tracing.begin(name, { parent, attributes });
  return {
    ports: {
      ...ports,
      events: { ...events, cutCommitted: cutSpans(ports, events, span) },
      store: tracedSink(ports, span),
    },
    end: (failed) => span.end(failed),
  };
}

/** Objects that this thread reads and writes have spans. Parts are written by engine threads: their cuts have spans. */
function tracedSink({ store, tracing }: ExecutionPorts, span: Span): ExecutionPorts['store'] {
  return {
    open: (key) => store.open(key),
    abort: (key, uploadId) => store.abort(key, uploadId),
    stat: (key) => store.stat(key),
    stream: (key, range, version) => store.stream(key, range, version),
    list: (prefix, after) => store.list(prefix, after),
    ...traceObjects(store, tracing, span.traceparent),
  };
}

/** Tells a cut, which is a span since the cut before it. */
function cutSpans(
  { tracing }: ExecutionPorts,
  events: Pick<Events, 'cutCommitted'>,
  span: Span,
): Events['cutCommitted'] {
  let from = Date.now();
  return (event) => {
    const attributes = {
      'millrace.cut': event.cut,
      'millrace.parts': event.parts,
      'millrace.rows_written': event.rowsWritten,
      'millrace.bytes_written': event.bytesWritten,
      'millrace.bytes_read': event.bytesRead,
    };
    tracing.begin('cut', { parent: span.traceparent, at: from, attributes }).end();
    from = Date.now();
    events.cutCommitted(event);
  };
}
