import type { ExportRecord, ExportRequest } from '@millrace/export';
import { traceEnd, withTrace } from '@millrace/observability';
import type { Events, Tracing } from '@millrace/observability';

/** The ports for telling the end of an export in its trace. */
export interface EndTracePorts {
  readonly events: Partial<Events> & Pick<Events, 'exportSettled'>;
  readonly tracing: Tracing;
  readonly artefacts: {
    request(of: Pick<ExportRecord, 'tenant' | 'id'>): Promise<Pick<ExportRequest, 'traceparent'>>;
  };
}

/**
 * Ports for whoever ends an export outside an attempt at one of its steps: a client, an operator or a background task. The end
 * is a span, and log lines carry the id of the trace, as at the end of an attempt. An export ends also while its request,
 * which knows its trace, cannot be read.
 */
export async function withTracedEnd<Ports extends EndTracePorts>(
  ports: Ports,
  record: Pick<ExportRecord, 'tenant' | 'id'>,
): Promise<Ports> {
  const { events, tracing, artefacts } = ports;
  if (!tracing.isOn) return ports;
  const request = await artefacts.request(record).catch(() => undefined);
  const parent = request?.traceparent;
  return { ...ports, events: traceEnd(withTrace(events, parent), tracing, parent) };
}
