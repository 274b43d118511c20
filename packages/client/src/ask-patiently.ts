import { SYSTEM_CLOCK, type Clock } from './clock.js';
import { ServerRefusedError, ServerUnreachableError } from './errors.js';
import type { RequestOptions } from './exchange.js';
import { createPatience, isPassing, type OnFailed } from './patience.js';
import { BROKEN_OFF, NOT_SENT } from './unreachable.js';

/** Options of a request that is sent again for a while. */
export interface PatientOptions extends RequestOptions {
  readonly clock?: Clock | undefined;
  /** Hears of failures after which it is sent again. */
  readonly onFailed?: OnFailed | undefined;
  /** It is sent again for this long at most, in milliseconds; a minute by default. */
  readonly patienceMs?: number | undefined;
}

/** Somebody waits for the answer. */
const LIMITS = { firstMs: 500, maxWaitMs: 10_000, maxAskedMs: 60_000, limitMs: 60_000 };

/**
 * Does a request again while it fails for reasons that pass.
 *
 * @param repeats `any`: the same request twice does no harm. `unread`: it is sent again only if the server has not begun with it.
 * @throws the failure that does not pass, or lasts too long
 */
export async function askPatiently<Answer>(
  ask: () => Promise<Answer>,
  { clock = SYSTEM_CLOCK, signal, onFailed, patienceMs }: PatientOptions,
  repeats: 'any' | 'unread',
): Promise<Answer> {
  const mayPass = repeats === 'any' ? mayPassLater : wasNotRead;
  const patience = createPatience(LIMITS, clock, { signal, mayPass, onFailed, patienceMs });
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      await patience.failed(error);
    }
  }
}

/** A name that does not exist, or a certificate that is wrong, does not pass. */
function mayPassLater(failure: unknown): boolean {
  if (!(failure instanceof ServerUnreachableError)) return isPassing(failure);
  return NOT_SENT.has(failure.code ?? '') || BROKEN_OFF.has(failure.code ?? '');
}

function wasNotRead(failure: unknown): boolean {
  if (failure instanceof ServerUnreachableError) return NOT_SENT.has(failure.code ?? '');
  return failure instanceof ServerRefusedError && (failure.status === 429 || failure.status === 503);
}
