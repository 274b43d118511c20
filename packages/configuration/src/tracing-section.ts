import * as z from 'zod';
import { wholeNumberVariable } from './variables.js';

/**
 * Where traces go, by the variables of OpenTelemetry. Its packages read the rest of them, and both sizes themselves: with 0 they
 * drop every span without a word, or never come to an end.
 */
export const tracingSection = z
  .object({
    OTEL_TRACES_EXPORTER: z
      .enum(['otlp', 'none'])
      .optional()
      .describe(
        'Whether traces are sent. `otlp` by default if one of the two endpoints is set, else `none`. The packages of OpenTelemetry read its other standard variables.',
      ),
    OTEL_EXPORTER_OTLP_ENDPOINT: z
      .string()
      .optional()
      .describe('Address of a collector of OpenTelemetry, without `/v1/traces`.'),
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z
      .string()
      .optional()
      .describe('Address to which a collector takes traces, as a whole.'),
    OTEL_EXPORTER_OTLP_PROTOCOL: z
      .enum(['http/protobuf', 'http/json'])
      .default('http/protobuf')
      .describe('How traces are sent. gRPC is not supported.'),
    OTEL_BSP_MAX_QUEUE_SIZE: wholeNumberVariable({ min: 1, max: 1_000_000, fallback: 2048 }).describe(
      'Spans that wait to be sent. Further ones are dropped.',
    ),
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: wholeNumberVariable({ min: 1, max: 1_000_000, fallback: 512 }).describe(
      'Spans that are sent at a time.',
    ),
    OTEL_SDK_DISABLED: z.enum(['true', 'false']).default('false').describe('`true` sends nothing.'),
  })
  .transform((env) => {
    const hasEndpoint =
      (env.OTEL_EXPORTER_OTLP_ENDPOINT ?? env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? '') !== '';
    const isOn = (env.OTEL_TRACES_EXPORTER ?? (hasEndpoint ? 'otlp' : 'none')) === 'otlp';
    const exporter: 'none' | 'http/protobuf' | 'http/json' =
      isOn && env.OTEL_SDK_DISABLED === 'false' ? env.OTEL_EXPORTER_OTLP_PROTOCOL : 'none';
    return { exporter };
  })
  .describe('Traces');
