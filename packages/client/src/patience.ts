import { ServerRefusedError, ServerUnreachableError } from './errors.js';
import type { Clock } from './clock.js';

/** How long a client goes on while a server fails, in milliseconds. */
export interface PatienceLimits {
  /** The first wait; each further one is twice as long. */
  readonly firstMs: number;
  /** No further one is longer. */
  readonly maxWaitMs: number;
  /** No wait that `Retry-After` asks for is longer. */
  readonly maxAskedMs: number;
  /** Without a success for so long, waits included, it gives up. */
  readonly limitMs: number;
}

/** Hears of a failure after which something is tried again. @param waitMs before that; undefined for at once */
export type OnFailed = (failure: unknown, waitMs?: number) => void;

/** Waits between tries that fail, and gives up when none has been successful for long. */
export interface Patience {
  succeeded(): void;
  /** Waits before the next try. @throws the failure itself when it does not pass by waiting, or lasts too long */
  failed(failure: unknown): Promise<void>;
}

export function createPatience(
  limits: PatienceLimits,
  clock: Clock,
  options: {
    readonly signal: AbortSignal | undefined;
    readonly mayPass: (failure: unknown) => boolean;
    /** In place of a longer limit. */
    readonly patienceMs?: number | undefined;
    /** Hears of every failure that is waited for. */
    readonly onFailed?: OnFailed | undefined;
  },
): Patience {
  const limitMs = Math.min(limits.limitMs, options.patienceMs ?? Infinity);
  let lastSuccess = clock.now();
  let failures = 0;
  return {
    succeeded() {
      lastSuccess = clock.now();
      failures = 0;
    },
    async failed(failure) {
      options.signal?.throwIfAborted();
      if (!options.mayPass(failure)) throw failure;
      const backoffMs = limits.firstMs * 2 ** Math.min(failures, 30);
      const askedMs = failure instanceof ServerRefusedError ? failure.retryAfterMs : undefined;
      const waitMs =
        askedMs === undefined
          ? Math.min(limits.maxWaitMs, backoffMs)
          : Math.min(limits.maxAskedMs, Math.max(limits.firstMs, askedMs));
      if (clock.now() + waitMs - lastSuccess > limitMs) throw failure;
      failures += 1;
      options.onFailed?.(failure, waitMs);
      await clock.wait(waitMs, options.signal);
    },
  };
}

const PASSING = new Set([408, 425, 429, 502, 503, 504]);

/** Whether the same request may succeed later: no answer, or one that says so by its status. */
export function isPassing(failure: unknown): boolean {
  if (failure instanceof ServerUnreachableError) return true;
  return failure instanceof ServerRefusedError && PASSING.has(failure.status);
}

/**
 * The code `transient` of FHIR and those below it, without `exception`: servers use that for exports that failed.
 * https://hl7.org/fhir/R4/codesystem-issue-type.html#issue-type-transient
 */
const TRANSIENT_CODES = new Set([
  'transient',
  'lock-error',
  'no-store',
  'timeout',
  'incomplete',
  'throttled',
]);

/** Whether a failure is one of the poll, and not the failure of the export that the poll tells of. */
export function isFailedPoll(failure: unknown): boolean {
  if (isPassing(failure)) return true;
  if (!(failure instanceof ServerRefusedError) || failure.status < 500) return false;
  // A proxy in front of the server fails without an OperationOutcome.
  return failure.issues.length === 0 || failure.issues.some(({ code }) => TRANSIENT_CODES.has(code));
}

/** Whether a poll tells that the export is over without a result: a token that has expired does not. */
export function isEndOfExport(failure: unknown): boolean {
  if (!(failure instanceof ServerRefusedError) || isFailedPoll(failure)) return false;
  return failure.status !== 401 && failure.status !== 403;
}
