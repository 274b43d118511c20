import { SYSTEM_CLOCK, type Clock } from './clock.js';
import { ServerRefusedError } from './errors.js';
import type { RequestOptions } from './exchange.js';
import { fetchManifest, type ExportManifest } from './manifest.js';
import { createPatience, isPassing, type OnFailed } from './patience.js';

const LIMITS = { firstMs: 500, maxWaitMs: 60_000, maxAskedMs: 5 * 60_000, limitMs: 10 * 60_000 };

/**
 * Fetches the result of an export that has ended, as `fetchManifest` does, and goes on for minutes after failures that pass:
 * somebody has waited for the export for longer.
 *
 * @throws ServerRefusedError with the reason of an export that failed
 */
export async function awaitManifest(
  resultUrl: string,
  options: RequestOptions & {
    readonly clock?: Clock | undefined;
    /** Hears of failures after which it is asked for again. */
    readonly onFailed?: OnFailed | undefined;
    /** It is asked for again for this long at most, in milliseconds. */
    readonly patienceMs?: number | undefined;
  } = {},
): Promise<ExportManifest> {
  const { clock = SYSTEM_CLOCK, signal, onFailed, patienceMs } = options;
  const patience = createPatience(LIMITS, clock, {
    signal,
    mayPass: (failure) => isPassing(failure) && !isResult(failure),
    onFailed,
    patienceMs,
  });
  for (;;) {
    try {
      return await fetchManifest(resultUrl, options);
    } catch (error) {
      await patience.failed(error);
    }
  }
}

/** The reason of a failed export is kept until a time, whatever its status is. */
function isResult(failure: unknown): boolean {
  return failure instanceof ServerRefusedError && failure.headers['expires'] !== undefined;
}
