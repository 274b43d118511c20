import { EventEmitter, once } from 'node:events';
import type { S3Operation } from './operation.js';

/** How many requests of each operation are being answered at once. */
export interface OpenRequests {
  /** Counts a request. Returns the function to call when it has ended. */
  begin(operation: S3Operation): () => void;
  /** The most there were at the same time. */
  most(operation: S3Operation): number;
  /** Resolves once this many were open at the same time, or when that takes too long. */
  reached(operation: S3Operation, atOnce: number, atMostMs: number): Promise<void>;
}

export function createOpenRequests(): OpenRequests {
  const open = new Map<S3Operation, number>();
  const highest = new Map<S3Operation, number>();
  const begun = new EventEmitter();
  // One listener for each request that is held.
  begun.setMaxListeners(0);
  const most = (operation: S3Operation): number => highest.get(operation) ?? 0;
  return {
    begin(operation) {
      const count = (open.get(operation) ?? 0) + 1;
      open.set(operation, count);
      highest.set(operation, Math.max(most(operation), count));
      begun.emit(operation);
      return () => open.set(operation, (open.get(operation) ?? 0) - 1);
    },
    most,
    async reached(operation, atOnce, atMostMs) {
      const signal = AbortSignal.timeout(atMostMs);
      while (most(operation) < atOnce && !signal.aborted) {
        await once(begun, operation, { signal }).catch(() => undefined);
      }
    },
  };
}
