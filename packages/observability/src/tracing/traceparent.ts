const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** The ids in a `traceparent`, in lower-case hex. */
export interface TraceIds {
  readonly traceId: string;
  readonly spanId: string;
  /** Whether spans below it are to be recorded. */
  readonly isSampled: boolean;
}

/**
 * Reads a `traceparent` (https://www.w3.org/TR/trace-context/#traceparent-header): of version 00, or of a later one, of which
 * what is known is read.
 *
 * @returns undefined for a text that must be passed over
 */
export function readTraceparent(text: string | undefined): TraceIds | undefined {
  const [, version = '', traceId = '', spanId = '', flags = '', rest] = TRACEPARENT.exec(text ?? '') ?? [];
  if (traceId === '' || version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** A `traceparent` of version 00. */
export function writeTraceparent({ traceId, spanId, isSampled }: TraceIds): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
}
