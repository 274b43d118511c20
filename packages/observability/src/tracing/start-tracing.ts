import { noTracing } from './tracing.js';
import type { Tracing, TracingOptions } from './tracing.js';

/**
 * Traces by OpenTelemetry. The packages read the other standard variables themselves
 * (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/).
 */
export async function startTracing(options: TracingOptions): Promise<Tracing> {
  if (options.exporter === 'none') return noTracing;
  const { openTelemetry } = await import('./open-telemetry.js');
  return openTelemetry(options);
}
