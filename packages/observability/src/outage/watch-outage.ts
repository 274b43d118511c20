import type { Logger } from 'pino';
import type { Metrics } from '../metrics.js';
import { growingPauseMs } from './growing-pause.js';

/** Something that the whole process depends on: while it is away, nearly everything fails for the same reason. */
export type Dependency = 'redis' | 'store' | 'source';

/**
 * An outage of one dependency, as the whole process sees it: told once at its begin and once at its end, and once more when
 * it turns out that somebody must act.
 */
export interface Outage {
  readonly dependency: Dependency;
  /** Why it cannot be used; undefined while it can, as far as is known. */
  readonly reason: string | undefined;
  /**
   * To be told of every error that something has met. True for one of the outage: it begins with the first, and there
   * is no need to log it.
   */
  explains(error: unknown): boolean;
  /** Stops checking whether it has ended. */
  close(): void;
}

export interface OutageOptions {
  readonly dependency: Dependency;
  /** Why the dependency cannot be used, where an error says that; undefined for errors of another kind. */
  readonly reasonOf: (error: unknown) => string | undefined;
  /** The advice to an operator. Undefined for a reason that usually passes by itself. */
  readonly adviceOn: (reason: string) => string | undefined;
  /** Uses the dependency, as far as it takes to know that it is back. @throws while it is away */
  readonly probe: () => Promise<void>;
  readonly log: Pick<Logger, 'error' | 'warn' | 'info'>;
  readonly metrics: Pick<Metrics, 'dependencyLost' | 'outages'>;
}

const PROBES = { firstMs: 100, lastMs: 5_000 };
/** An outage that begins so soon after the last one is one of a dependency that comes and goes. */
const CALM_MS = 60_000;
/** The least that such outages take, so that they are not told without end. */
const WAVERING = { firstMs: 1_000, lastMs: 60_000 };
/**
 * Errors of commands that were sent before its end may still come in: no command waits longer for its answer.
 */
const LATE_MS = 3_000;

export function watchOutage(options: OutageOptions): Outage {
  const { dependency, reasonOf, adviceOn, probe, log, metrics } = options;
  let lost: { reason: string; readonly at: number; errors: number } | undefined;
  let endedAt = -Infinity;
  /** Outages before this one, each soon after the other. */
  let wavers = 0;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;

  metrics.dependencyLost.set({ dependency }, 0);

  function begin(reason: string, error: unknown): void {
    const at = performance.now();
    wavers = at - endedAt < CALM_MS ? wavers + 1 : 0;
    lost = { reason, at, errors: 1 };
    metrics.dependencyLost.set({ dependency }, 1);
    metrics.outages.inc({ dependency });
    log.error({ dependency, reason, ...adviceFor(reason), err: error }, 'dependency lost');
    lookAfter(wavers === 0 ? growingPauseMs(1, PROBES) : growingPauseMs(wavers, WAVERING), 1);
  }

  /** A connection may be lost before a new one says that it wants another password. */
  function learn(outage: { reason: string }, reason: string): void {
    if (adviceOn(outage.reason) !== undefined || adviceOn(reason) === undefined) return;
    outage.reason = reason;
    log.error({ dependency, reason, ...adviceFor(reason) }, 'dependency needs an operator');
  }

  function adviceFor(reason: string): { readonly advice?: string } {
    const advice = adviceOn(reason);
    return advice === undefined ? {} : { advice };
  }

  function lookAfter(ms: number, attempt: number): void {
    if (isClosed) return;
    timer = setTimeout(() => void look(attempt), ms);
    timer.unref();
  }

  async function look(attempt: number): Promise<void> {
    try {
      await probe();
    } catch (error) {
      if (attempt === 1 && reasonOf(error) === undefined) {
        log.warn({ dependency, err: error }, 'check of dependency failed');
      }
      return lookAfter(growingPauseMs(attempt + 1, PROBES), attempt + 1);
    }
    if (lost === undefined) return;
    endedAt = performance.now();
    const { reason, at, errors } = lost;
    lost = undefined;
    metrics.dependencyLost.set({ dependency }, 0);
    log.info({ dependency, reason, lostMs: Math.round(endedAt - at), errors }, 'dependency back');
  }

  return {
    dependency,
    get reason() {
      return lost?.reason;
    },
    explains(error) {
      const reason = reasonOf(error);
      if (reason === undefined) return false;
      if (lost !== undefined) {
        lost.errors += 1;
        learn(lost, reason);
      } else if (performance.now() - endedAt >= LATE_MS) begin(reason, error);
      return true;
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
