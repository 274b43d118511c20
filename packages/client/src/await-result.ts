import { SYSTEM_CLOCK, type Clock } from './clock.js';
import { UnexpectedAnswerError } from './errors.js';
import type { RequestOptions } from './exchange.js';
import { createPatience, isPassing, type OnFailed } from './patience.js';
import { readStatus, type ExportProgress, type ExportStatus } from './status.js';

/** How the client waits between two polls, in milliseconds. */
export interface PollPace {
  /** Without a `Retry-After`, and never waited less than `minMs` or more than `maxMs` with one. */
  readonly defaultMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  /** How long polls may fail for a passing reason before the client gives up. */
  readonly patienceMs: number;
}

export const DEFAULT_PACE: PollPace = { defaultMs: 1000, minMs: 50, maxMs: 60_000, patienceMs: 30 * 60_000 };

/**
 * Polls until the export has ended and returns its result URL. Honours `Retry-After`, and goes on after failures that pass
 * (no answer, 408, 425, 429, 502, 503, 504).
 */
export async function awaitResult(
  statusUrl: string,
  options: RequestOptions & {
    readonly onProgress?: ((progress: ExportProgress) => void) | undefined;
    readonly pace?: PollPace | undefined;
    readonly clock?: Clock | undefined;
    /** Hears of polls that failed and are tried again. */
    readonly onFailed?: OnFailed | undefined;
  } = {},
): Promise<string> {
  const { pace = DEFAULT_PACE, clock = SYSTEM_CLOCK, signal, onFailed } = options;
  const limits = {
    firstMs: Math.max(pace.minMs, pace.defaultMs),
    maxWaitMs: pace.maxMs,
    maxAskedMs: pace.maxMs,
    limitMs: pace.patienceMs,
  };
  const patience = createPatience(limits, clock, { signal, mayPass: isPassing, onFailed });
  for (;;) {
    let status: ExportStatus;
    try {
      status = await readStatus(statusUrl, options);
    } catch (error) {
      await patience.failed(error);
      continue;
    }
    patience.succeeded();
    if (status.kind === 'finished') return status.resultUrl;
    if (status.kind === 'completed')
      throw new UnexpectedAnswerError(statusUrl, 'a manifest of whole resources', 'an export of views');
    options.onProgress?.(status.progress);
    const askedMs = status.retryAfterMs ?? pace.defaultMs;
    await clock.wait(Math.min(pace.maxMs, Math.max(pace.minMs, askedMs)), signal);
  }
}
