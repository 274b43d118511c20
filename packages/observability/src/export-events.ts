import type { Metrics } from './metrics.js';
import type { Log } from './outage/quiet-log.js';

const UNAVAILABLE = 503;

/** Events of an export as a whole. */
export interface ExportEvents {
  /** A kick-off was answered with 202. */
  kickedOff(event: {
    exportId: string;
    operation: string;
    format: string;
    subjects: number;
    requestId?: string;
  }): void;
  /** A kick-off came again with the same idempotency key, and was answered as the first time. */
  kickOffRepeated(event: { exportId: string; requestId?: string }): void;
  /** An export was accepted although its views are doubtful; `elements` are the first of those that are. */
  viewsDoubted(event: { exportId: string; count: number; elements: readonly string[] }): void;
  /** A kick-off was refused; `code` is the FHIR issue type of the first issue. */
  exportRefused(event: { status: number; code: string; requestId?: string }): void;
  /**
   * A kick-off failed on the way, and its steps were undone; `stepsFailed` of them could not be. `err` is why
   * the kick-off, or one of those steps, failed.
   */
  kickOffUndone(event: { exportId: string; stepsFailed: number; err: unknown }): void;
  planned(event: {
    exportId: string;
    inputs: number;
    passes: number;
    shards: number;
    bytesTotal: number;
    /** How many the filter leaves; absent when it is not by patients or groups. */
    patients?: number;
    durationMs: number;
  }): void;
  /** Something that the manifest of an export says was skipped, ignored or not read. `names` says of which files. */
  noticed(event: { exportId: string; kind: string; count?: number; names?: string }): void;
  /** Somebody entered `deciding`; engines stop. */
  deciding(event: { exportId: string; outcome: string }): void;
  /** `won`: this process wrote `manifest.json`; `adopted`: it found another one; `error`: unknown, because of `err`. */
  manifestCommitted(event: { exportId: string; commit: 'won' | 'adopted' | 'error'; err?: unknown }): void;
  /**
   * An export has ended. A failure comes with its FHIR issue type and with its reason, which shows no value
   * of a resource.
   */
  exportSettled(event: {
    exportId: string;
    outcome: string;
    durationMs: number;
    failure?: { readonly code: string; readonly diagnostics: string };
  }): void;
}

export function createExportEvents(log: Log, metrics: Metrics): ExportEvents {
  return {
    kickedOff(event) {
      metrics.exportsKickedOff.inc({ operation: event.operation, format: event.format });
      log.info(event, 'export accepted');
    },
    kickOffRepeated(event) {
      log.info(event, 'kick-off repeated');
    },
    viewsDoubted(event) {
      log.warn(event, 'export has doubtful views');
    },
    exportRefused(event) {
      metrics.exportsRefused.inc({ code: event.code });
      // Clients ask again and again while something is away, and that is told once.
      log[event.status === UNAVAILABLE ? 'debug' : 'info'](event, 'export refused');
    },
    kickOffUndone(event) {
      metrics.kickOffsUndone.inc({ outcome: event.stepsFailed === 0 ? 'complete' : 'incomplete' });
      log.warn(event, 'kick-off undone');
    },
    planned(event) {
      metrics.planSeconds.observe(event.durationMs / 1000);
      log.info(event, 'export planned');
    },
    noticed(event) {
      metrics.notices.inc({ kind: event.kind }, event.count ?? 1);
      log.warn(event, 'export has a notice');
    },
    deciding(event) {
      log.info(event, 'outcome of export proposed');
    },
    manifestCommitted(event) {
      metrics.manifestCommits.inc({ outcome: event.commit });
      if (event.commit === 'error') log.warn(event, 'manifest may not have been stored');
      else log.info(event, 'manifest stored');
    },
    exportSettled({ failure, ...event }) {
      const code = failure?.code ?? '';
      metrics.exportsSettled.inc({ outcome: event.outcome, code });
      metrics.exportSeconds.observe({ outcome: event.outcome }, event.durationMs / 1000);
      if (failure === undefined) log.info(event, 'export ended');
      else log.error({ ...event, code, reason: failure.diagnostics }, 'export failed');
    },
  };
}
