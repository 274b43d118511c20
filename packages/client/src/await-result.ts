import { setTimeout as delay } from 'node:timers/promises';
import { ServerRefusedError, ServerUnreachableError } from './errors.js';
import type { RequestOptions } from './exchange.js';
import { readStatus, type ExportProgress, type ExportStatus } from './status.js';

/** How the client waits between two polls, in milliseconds. */
export interface PollPace {
  /** Without a `Retry-After`, and never waited less than `minMs` or more than `maxMs` with one. */
  readonly defaultMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  /** Polls in a row that may fail for a passing reason (no answer, 429, 502, 503, 504). */
  readonly maxFailures: number;
}

export const DEFAULT_PACE: PollPace = { defaultMs: 1000, minMs: 50, maxMs: 60_000, maxFailures: 20 };

const PASSING = new Set([429, 502, 503, 504]);

/** Polls until the export has ended and returns its result URL. Honours `Retry-After`. */
export async function awaitResult(
  statusUrl: string,
  options: RequestOptions & {
    readonly onProgress?: ((progress: ExportProgress) => void) | undefined;
    readonly pace?: PollPace | undefined;
  } = {},
): Promise<string> {
  const pace = options.pace ?? DEFAULT_PACE;
  let failures = 0;
  for (;;) {
    const status = await pollOnce(statusUrl, options, failures < pace.maxFailures);
    if (status.kind === 'finished') return status.resultUrl;
    if (status.kind === 'running') options.onProgress?.(status.progress);
    failures = status.kind === 'running' ? 0 : failures + 1;
    const waitMs = Math.min(pace.maxMs, Math.max(pace.minMs, status.retryAfterMs ?? pace.defaultMs));
    await delay(waitMs, undefined, { signal: options.signal });
  }
}

type Poll = ExportStatus | { readonly kind: 'failed'; readonly retryAfterMs: number | undefined };

async function pollOnce(statusUrl: string, options: RequestOptions, mayFail: boolean): Promise<Poll> {
  try {
    return await readStatus(statusUrl, options);
  } catch (error) {
    if (!mayFail) throw error;
    if (error instanceof ServerUnreachableError) return { kind: 'failed', retryAfterMs: undefined };
    if (!(error instanceof ServerRefusedError) || !PASSING.has(error.status)) throw error;
    return { kind: 'failed', retryAfterMs: error.retryAfterMs };
  }
}
