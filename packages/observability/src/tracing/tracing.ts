import type { Log } from '../outage/quiet-log.js';

export interface TracingOptions {
  readonly service: string;
  readonly version: string;
  /** `none` records nothing, and loads no module for it. */
  readonly exporter: 'none' | 'http/protobuf' | 'http/json';
  readonly log: Pick<Log, 'warn' | 'debug'>;
}

/** Ids, names of our own and counts: no value of a resource, no address, no header, and no text from a client. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export type SpanKind = 'server' | 'consumer' | 'client' | 'internal';

export interface SpanStart {
  /** The span that it is below, also of another process. Without one it begins a trace. */
  readonly parent?: string | undefined;
  /** `internal` by default. */
  readonly kind?: SpanKind;
  /** When it began, in ms since the epoch: now by default. */
  readonly at?: number;
  readonly attributes?: SpanAttributes;
}

/** One piece of work in a trace. */
export interface Span {
  /** Names it for work below it, also in other processes. Undefined where there is no trace. */
  readonly traceparent: string | undefined;
  set(attributes: SpanAttributes): void;
  /** @param failed a code or the class of an error, where the work failed: never a message */
  end(failed?: string): void;
}

/** Records what was done, and sends it somewhere. */
export interface Tracing {
  readonly isOn: boolean;
  begin(name: string, start?: SpanStart): Span;
  /** Sends what is left, for two seconds at most. */
  close(): Promise<void>;
}

/** Records nothing. A trace that came from elsewhere is handed on, so that others can record their part of it. */
export const noTracing: Tracing = {
  isOn: false,
  begin: (_, { parent } = {}) => ({
    traceparent: parent,
    set: () => undefined,
    end: () => undefined,
  }),
  close: () => Promise.resolve(),
};
