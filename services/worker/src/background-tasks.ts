import type { AuditLog } from '@millrace/audit';
import { tracedOutcomes } from '@millrace/execution';
import type { ExecutionPorts } from '@millrace/execution';
import { PREPARING_MS } from '@millrace/jobstore';
import {
  DOWNLOADS_PATIENCE_MS,
  deleteExport,
  failExport,
  judgeFolder,
  readManifest,
  removeFolder,
  resumeDecision,
  sweepLostExports,
  undoKickOff,
} from '@millrace/lifecycle';
import {
  createAuditArchive,
  createAuditCleanup,
  createAuditTimeout,
  createExportCoordinator,
  createLeaseReaper,
  createLostExportSweeper,
  createOrphanSweeper,
  createOutputTtlReaper,
  createQueueReconciler,
  createStaleEntryTimeout,
} from '@millrace/maintenance';
import type { BackgroundTask } from '@millrace/maintenance';
import type { WorkerConfig } from './config.js';

/** A decider writes one small object; after this it counts as dead. Doing its work twice is safe. */
const DECIDING_MS = 30_000;
/** Objects among which one activation looks for exports that Redis has lost. */
const SWEEP_KEYS = 2_000;
/** Live exports that one activation of the coordinator looks at. */
const LIVE_EXPORTS = 500;
/** Steps that one activation asks the queue about. */
const ASKED_STEPS = 100;

/** Segments of the audit log that one activation stores or removes. */
const AUDIT_SEGMENTS = 1_000;

/** All background tasks of this worker, with their ports. */
export function composeTasks(
  ports: ExecutionPorts,
  audit: AuditLog,
  { maintenance: config, storage, audit: auditing }: WorkerConfig,
): readonly BackgroundTask[] {
  const { jobs, store, events, queue, dispatcher } = ports;
  const terms = { ...config.terms, preparingMs: PREPARING_MS, decidingMs: DECIDING_MS };
  const rebuild = { jobs, store, dispatcher, longestRunMs: storage.longestRunMs, now: Date.now };
  return [
    createLeaseReaper({
      jobs,
      terms,
      maxReclaimedPerActivation: config.maxReclaimedPerActivation,
      onReclaimed: (steps) => {
        events.stepsReturned({ reason: 'lease', steps });
        dispatcher.nudge();
      },
    }),
    createQueueReconciler({
      jobs,
      terms,
      maxAskedPerActivation: ASKED_STEPS,
      undelivered: (steps) => queue.undelivered(steps),
      onReturned: (reason, steps) => {
        events.stepsReturned({ reason, steps });
        dispatcher.nudge();
      },
      onLost: (exportId) => events.recordLost({ exportId }),
    }),
    createExportCoordinator({
      jobs,
      terms,
      maxSeenPerActivation: LIVE_EXPORTS,
      resume: async (record) => resumeDecision(await tracedOutcomes(ports, record), record),
      cleanUp: (record) => undoKickOff({ jobs, store }, record),
    }),
    createStaleEntryTimeout({
      jobs,
      terms,
      maxTimedOutPerActivation: config.maxTimedOutPerActivation,
      fail: async (record, failure, idleSince) =>
        failExport(await tracedOutcomes(ports, record), record, failure, { idleSince }),
    }),
    createOutputTtlReaper({
      jobs,
      terms,
      maxDeletedPerActivation: config.maxDeletedPerActivation,
      remove: (record) => deleteExport({ jobs, store }, record),
      downloadsPatienceMs: DOWNLOADS_PATIENCE_MS,
    }),
    createOrphanSweeper(
      {
        jobs,
        store,
        judge: (tenant, exportId) => judgeFolder(rebuild, tenant, exportId),
        removeFolder: (tenant, exportId) => removeFolder(store, tenant, exportId),
        hasManifest: async ({ tenant, id }) => (await readManifest(store, tenant, id)) !== undefined,
        dropRecord: (record) => deleteExport({ jobs, store }, record),
      },
      { minAgeMs: config.orphanAgeMs, maxListedKeys: config.maxListedKeys },
    ),
    createLostExportSweeper({
      maxListedKeys: SWEEP_KEYS,
      async sweep(after, maxKeys) {
        const swept = await sweepLostExports(rebuild, after, maxKeys);
        for (const exportId of swept.rebuilt) events.exportRebuilt({ exportId });
        return swept;
      },
    }),
    createAuditTimeout({
      log: audit,
      timeoutMs: config.auditTimeoutMs,
      maxTimedOutPerActivation: config.maxAuditTimedOutPerActivation,
    }),
    createAuditArchive({
      log: audit,
      store,
      maxSegmentsPerActivation: AUDIT_SEGMENTS,
      alarmBytes: auditAlarmBytes(auditing),
      onBacklog: events.auditBacklog,
    }),
    createAuditCleanup({
      store,
      retentionMs: config.auditRetentionMs,
      timeoutMs: config.auditTimeoutMs,
      maxRemovedPerActivation: AUDIT_SEGMENTS,
    }),
  ];
}

/** As many bytes of audit entries that are not archived are archived at once, whenever the task is due. */
export function auditAlarmBytes({ maxUnarchivedBytes }: WorkerConfig['audit']): number {
  return maxUnarchivedBytes / 2;
}
