import type { DiagLogger } from '@opentelemetry/api';
import type { TracingOptions } from './tracing.js';

/** One line for a fault that the SDK of OpenTelemetry reports. */
interface ToldFault {
  /** Faults with the same one are told at `warn` once. */
  readonly key: string;
  readonly text: string;
  readonly fields: Readonly<Record<string, string | number>>;
}

/** The texts of the SDK about a setting that it ignores begin with these words. They quote the value, which may be a secret. */
const OF_A_SETTING =
  /^(OTEL_[A-Z_]+|Configuration:|Unknown value|Unknown log level|Header "|Attribute value limit)/;
const DROPPED = /^Dropped (\d+) spans/;

/**
 * A logger for the SDK. Each kind of fault is told once at `warn`, and then at `debug`: a setting that is ignored, spans that
 * are dropped because others wait, and spans that cannot be sent. The texts of the SDK are left out, because they may quote
 * an address with credentials.
 */
export function tellFaults(log: TracingOptions['log']): DiagLogger {
  const told = new Set<string>();
  const tell = (fault: ToldFault | undefined): void => {
    if (fault === undefined) return;
    const { key, text, fields } = fault;
    log[told.has(key) ? 'debug' : 'warn'](fields, text);
    told.add(key);
  };
  const pass = (): void => undefined;
  return {
    error: (text) => tell(faultOf(text) ?? sendingOrOther(text)),
    warn: (text) => tell(faultOf(text)),
    info: pass,
    debug: pass,
    verbose: pass,
  };
}

function faultOf(text: string): ToldFault | undefined {
  if (OF_A_SETTING.test(text)) {
    const setting = /OTEL_[A-Z_]+/.exec(text)?.[0] ?? 'OTEL_EXPORTER_OTLP_*';
    const said = 'OpenTelemetry ignores the value of a setting, and uses its default';
    return { key: setting, text: said, fields: { setting } };
  }
  const [, dropped] = DROPPED.exec(text) ?? [];
  if (dropped !== undefined) {
    const said = 'spans were dropped, because OTEL_BSP_MAX_QUEUE_SIZE of them wait to be sent';
    return { key: 'dropped', text: said, fields: { spans: Number(dropped) } };
  }
  if (text.startsWith('Received Partial Success'))
    return { key: 'refused', text: 'the collector of OpenTelemetry refused some spans', fields: {} };
  return undefined;
}

/** An exception of the exporter comes as JSON. Any other error is one of the SDK itself. */
function sendingOrOther(text: string): ToldFault {
  return text.startsWith('{') || text.startsWith('export re')
    ? { key: 'sending', text: 'spans cannot be sent to the collector of OpenTelemetry', fields: {} }
    : {
        key: 'other',
        text: 'OpenTelemetry reports a fault that is neither of a setting nor of sending',
        fields: {},
      };
}
