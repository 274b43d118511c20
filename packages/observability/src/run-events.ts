import type { Metrics } from './metrics.js';
import type { Log } from './outage/quiet-log.js';

const UNAVAILABLE = 503;

/** Facts that identify a run in all its events. */
export interface RunFacts {
  readonly requestId: string;
  readonly operation: string;
  readonly format: string;
}

/** Events of requests that are answered with rows. The log never has fields named `rows` or `resources`. */
export interface RunEvents {
  runStarted(
    event: RunFacts & {
      /** Resources that came with the request; absent where a source is read. */
      resourceCount?: number;
      /** Those of other types than the view reads. */
      passedOver?: number;
      /** How much in the view is doubtful. */
      doubts?: number;
    },
  ): void;
  /** All rows were handed to the connection. */
  runEnded(
    event: RunFacts & {
      rowCount: number;
      bytes: number;
      resourceCount: number;
      firstByteMs: number;
      durationMs: number;
    },
  ): void;
  /**
   * A run that began and did not end. `refused`: nothing was sent; `cut`: the connection was broken off behind rows;
   * `slow`: likewise, because the client did not read them; `gone`: the client went away. `reason` shows no value of a resource.
   */
  runFailed(
    event: RunFacts & {
      stage: 'refused' | 'cut' | 'slow' | 'gone';
      reason: string;
      rowCount: number;
      bytes: number;
      durationMs: number;
    },
  ): void;
  /** A request that was refused before its run began; `code` is the FHIR issue type of the first issue. */
  runRefused(event: { status: number; code: string; requestId: string }): void;
  /** Something that a run skipped, ignored or did not read. */
  runNoticed(event: RunFacts & { kind: string; count?: number }): void;
}

export function createRunEvents(log: Log, metrics: Metrics): RunEvents {
  function count(
    { operation, format, rowCount, bytes, durationMs }: Parameters<RunEvents['runFailed' | 'runEnded']>[0],
    result: string,
  ): void {
    metrics.runs.inc({ operation, format, result });
    metrics.runSeconds.observe({ result }, durationMs / 1000);
    metrics.runRows.inc(rowCount);
    metrics.runBytes.inc(bytes);
  }

  return {
    runStarted(event) {
      log.info(event, 'run started');
    },
    runEnded(event) {
      count(event, 'ended');
      log.info(event, 'run ended');
    },
    runFailed(event) {
      count(event, event.stage);
      log[event.stage === 'cut' ? 'warn' : 'info'](event, 'run did not end');
    },
    runRefused(event) {
      metrics.runsRefused.inc({ code: event.code });
      // Clients ask again and again while something is away, and that is told once.
      log[event.status === UNAVAILABLE ? 'debug' : 'info'](event, 'run refused');
    },
    runNoticed(event) {
      metrics.notices.inc({ kind: event.kind }, event.count ?? 1);
      log.warn(event, 'run has a notice');
    },
  };
}
