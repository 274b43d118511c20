import type { Clock } from './clock.js';
import { ServerRefusedError, ServerUnreachableError, UnansweredKickOffError } from './errors.js';
import { createPatience, type OnFailed } from './patience.js';
import { BROKEN_OFF, NOT_SENT } from './unreachable.js';
import { unlessAnswered } from './unless-answered.js';

/** A server that has too much to do says so for minutes. */
const BUSY = { firstMs: 1000, maxWaitMs: 5 * 60_000, maxAskedMs: 5 * 60_000, limitMs: 30 * 60_000 };
/** One that cannot be reached may be starting. A wrong address is found out within a minute, too. */
const LOST = { firstMs: 1000, maxWaitMs: 30_000, maxAskedMs: 60_000, limitMs: 60_000 };

export interface AskOptions {
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** Hears of failures after which the kick-off is sent again. */
  readonly onFailed?: OnFailed | undefined;
  /** In place of the bounds, where it is less. Milliseconds. */
  readonly patienceMs?: number | undefined;
}

/**
 * Sends a kick-off until it is answered, within bounds: a server that is busy for half an hour, one that does not answer for a
 * minute. The kick-off must have an `Idempotency-Key`, by which a server that knows it gives the same export again. An answer
 * counts also when `signal` has aborted meanwhile, so that the export can be cancelled.
 *
 * @param send gets a signal for the request, which aborts some seconds after the other one
 * @throws UnansweredKickOffError when an export may run of which nothing is known; ServerRefusedError, ServerUnreachableError
 */
export async function askForExport<Answer>(
  send: (signal: AbortSignal) => Promise<Answer>,
  { clock, signal, onFailed, patienceMs }: AskOptions,
): Promise<Answer> {
  const terms = { signal, onFailed, patienceMs };
  const busy = createPatience(BUSY, clock, { ...terms, mayPass: isTooBusy });
  const lost = createPatience(LOST, clock, { ...terms, mayPass: isLost });
  let unanswered: UnansweredKickOffError | undefined;
  for (;;) {
    if (signal?.aborted) throw unanswered ?? signal.reason;
    using request = unlessAnswered(signal);
    try {
      return await send(request.signal);
    } catch (error) {
      const failure =
        mayHaveBegun(error) || request.signal.aborted ? new UnansweredKickOffError(error) : error;
      if (failure instanceof UnansweredKickOffError) unanswered = failure;
      if (isTooBusy(error)) lost.succeeded();
      try {
        await (isTooBusy(error) ? busy : lost).failed(failure);
      } catch (reason) {
        throw unanswered ?? reason;
      }
    }
  }
}

/** 409 with a time is of a server that still answers the first request with this key. */
function isTooBusy(failure: unknown): boolean {
  if (!(failure instanceof ServerRefusedError)) return false;
  if (failure.status === 409) return failure.retryAfterMs !== undefined;
  return failure.status === 429 || failure.status === 503;
}

/** A name that does not exist, or a certificate that is wrong, does not pass. */
function isLost(failure: unknown): boolean {
  if (failure instanceof UnansweredKickOffError) return mayHaveBegun(failure.cause);
  return failure instanceof ServerUnreachableError && NOT_SENT.has(failure.code ?? '');
}

/** Whether the server may have read the request: the connection broke off, or a proxy got no answer. */
function mayHaveBegun(failure: unknown): boolean {
  if (failure instanceof ServerRefusedError) return failure.status === 502 || failure.status === 504;
  return failure instanceof ServerUnreachableError && BROKEN_OFF.has(failure.code ?? '');
}
