import type { S3Operation } from './operation.js';

/** The fault of a request. */
export type Fault =
  /** It is refused, and nothing is done. */
  | { readonly kind: 'refuse'; readonly status: number; readonly code: string }
  /** It is refused after the head of the answer was sent with 200, as S3 does with what takes long. */
  | { readonly kind: 'refuse-late'; readonly code: string }
  /** The connection breaks before anything is done. */
  | { readonly kind: 'drop-request' }
  /** It is done, but the connection breaks before the answer. */
  | { readonly kind: 'drop-response' }
  /** The connection breaks in the middle of the answer's body. */
  | { readonly kind: 'cut-body'; readonly afterBytes: number }
  /** The body comes in small pieces with pauses. */
  | { readonly kind: 'slow-body'; readonly chunkBytes: number; readonly pauseMs: number }
  /** It is answered once this many requests of its operation wait at the same time, or after the time. */
  | { readonly kind: 'hold'; readonly untilOpen: number; readonly atMostMs: number };

export const SERVER_ERROR: Fault = { kind: 'refuse', status: 500, code: 'InternalError' };
export const SLOW_DOWN: Fault = { kind: 'refuse', status: 503, code: 'SlowDown' };
export const CONFLICT: Fault = { kind: 'refuse', status: 409, code: 'ConditionalRequestConflict' };

export interface Faults {
  /** Lets the next `times` requests of this operation (and key, if given) go wrong. */
  inject(
    operation: S3Operation,
    fault: Fault,
    where?: { readonly times?: number; readonly key?: string },
  ): void;
  /** Faults that were injected and have not happened. */
  pending(): number;
  clear(): void;
}

export interface FaultQueue extends Faults {
  take(operation: S3Operation, key: string): Fault | undefined;
}

export function createFaults(): FaultQueue {
  let waiting: { operation: S3Operation; fault: Fault; key: string | undefined; times: number }[] = [];
  return {
    inject(operation, fault, { times = 1, key } = {}) {
      waiting.push({ operation, fault, key, times });
    },
    pending: () => waiting.reduce((sum, { times }) => sum + times, 0),
    clear() {
      waiting = [];
    },
    take(operation, key) {
      const next = waiting.find((entry) => entry.operation === operation && (entry.key ?? key) === key);
      if (!next) return undefined;
      next.times -= 1;
      waiting = waiting.filter(({ times }) => times > 0);
      return next.fault;
    },
  };
}
