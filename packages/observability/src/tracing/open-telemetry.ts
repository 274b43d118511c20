import {
  DiagLogLevel,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  diag,
  trace,
} from '@opentelemetry/api';
import type { Context } from '@opentelemetry/api';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import { within } from '../within.js';
import { tellFaults } from './tell-faults.js';
import { readTraceparent, writeTraceparent } from './traceparent.js';
import type { Tracing, TracingOptions } from './tracing.js';

const CLOSE_MS = 2_000;

const KINDS = {
  server: SpanKind.SERVER,
  consumer: SpanKind.CONSUMER,
  client: SpanKind.CLIENT,
  internal: SpanKind.INTERNAL,
} as const;

/** Spans by the SDK of OpenTelemetry. There is no context of a process: each span names the one above it. */
export async function openTelemetry({ service, version, exporter, log }: TracingOptions): Promise<Tracing> {
  diag.setLogger(tellFaults(log), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': `millrace-${service}`, 'service.version': version }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(await exporterOf(exporter))],
  });
  const tracer = provider.getTracer('millrace', version);
  return {
    isOn: true,
    begin(name, { parent, kind = 'internal', at, attributes = {} } = {}) {
      const begun = at === undefined ? {} : { startTime: at };
      const span = tracer.startSpan(name, { kind: KINDS[kind], attributes, ...begun }, contextOf(parent));
      const { traceId, spanId, traceFlags } = span.spanContext();
      const isSampled = (traceFlags & TraceFlags.SAMPLED) !== 0;
      return {
        traceparent: writeTraceparent({ traceId, spanId, isSampled }),
        set: (more) => void span.setAttributes(more),
        end(failed) {
          if (failed !== undefined) {
            span.setAttribute('error.type', failed);
            span.setStatus({ code: SpanStatusCode.ERROR });
          }
          span.end();
        },
      };
    },
    async close() {
      await within(CLOSE_MS, provider.shutdown()).catch((err: unknown) =>
        log.warn({ err }, 'the last spans were not sent'),
      );
    },
  };
}

async function exporterOf(protocol: TracingOptions['exporter']): Promise<SpanExporter> {
  const { OTLPTraceExporter } =
    protocol === 'http/json'
      ? await import('@opentelemetry/exporter-trace-otlp-http')
      : await import('@opentelemetry/exporter-trace-otlp-proto');
  return new OTLPTraceExporter();
}

function contextOf(parent: string | undefined): Context {
  const ids = readTraceparent(parent);
  if (ids === undefined) return ROOT_CONTEXT;
  const { traceId, spanId, isSampled } = ids;
  const traceFlags = isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}
