import type { AuditLog } from '@millrace/audit';
import { tracedOutcomes } from '@millrace/execution';
import type { ExecutionPorts } from '@millrace/execution';
import { isOver } from '@millrace/export';
import type { ExportRecord } from '@millrace/export';
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
  createIdIndexer,
  createLeaseReaper,
  createLostExportSweeper,
  createOrphanSweeper,
  createOutputTtlReaper,
  createOutputVerifier,
  createQueueReconciler,
  createStaleEntryTimeout,
  createTableSweeper,
} from '@millrace/maintenance';
import type { BackgroundTask, IndexOutcome } from '@millrace/maintenance';
import type { Events } from '@millrace/observability';
import { EngineCrashedError } from '@millrace/run';
import type { IdIndexer } from '@millrace/run';
import type { Source } from '@millrace/storage';
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

/** Finished files that one activation reads again; most activations end by their time. */
const VERIFIED_FILES = 1_000;

/** Files that one activation indexes; most are small. */
const INDEXED_FILES = 1_000;

/** The ports that build the id index. */
export interface Indexing {
  readonly sources: Iterable<Source>;
  readonly pool: IdIndexer;
  /** Is told how many files have no index. */
  readonly onPending: (files: number) => void;
}

/** All background tasks of this worker, with their ports. */
export function composeTasks(
  ports: ExecutionPorts,
  audit: AuditLog,
  indexing: Indexing,
  { maintenance: config, storage, audit: auditing, leases }: WorkerConfig,
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
    ...(ports.destinations.all.length === 0
      ? []
      : [
          createTableSweeper(
            {
              destinations: ports.destinations.all,
              open: ({ tenant, name }) => ports.destinations.open(tenant, name),
              mayCommit: async (exportId) => isLive(await jobs.read(exportId)),
            },
            { unnamedMs: 2 * leases.terms.leaseMs },
          ),
        ]),
    ...(config.verifyBytesPerSecond === 0 ? [] : [outputVerifier(ports, config.verifyBytesPerSecond)]),
    createIdIndexer(
      {
        sources: indexing.sources,
        store,
        async build(task, stop) {
          try {
            return await indexing.pool.indexIds(task, stop);
          } catch (error) {
            if (error instanceof EngineCrashedError) return { kind: 'crashed' };
            throw error;
          }
        },
        onIndexed: ({ source, resourceType, input }, outcome, durationMs) =>
          events.idsIndexed({
            source: source.name,
            resourceType,
            file: input.key,
            durationMs,
            ...indexedFacts(outcome),
          }),
        onPending: indexing.onPending,
      },
      { minAgeMs: config.orphanAgeMs, maxPerActivation: INDEXED_FILES },
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

/** An export that ends as completed has committed its tables before. */
function isLive(record: ExportRecord | undefined): boolean {
  return record !== undefined && !isOver(record.state);
}

function outputVerifier({ jobs, store, events }: ExecutionPorts, maxBytesPerSecond: number): BackgroundTask {
  return createOutputVerifier(
    {
      jobs,
      store,
      async filesOf({ tenant, id }) {
        const manifest = await readManifest(store, tenant, id);
        return manifest?.outcome === 'completed' ? manifest.outputs.flatMap(({ files }) => files) : undefined;
      },
      onVerified: ({ id }, { name, key, bytes }, verdict) =>
        events.outputVerified({ exportId: id, file: name, key, bytes, verdict }),
    },
    { maxBytesPerSecond, maxFilesPerActivation: VERIFIED_FILES },
  );
}

function indexedFacts(
  outcome: IndexOutcome,
): Pick<Parameters<Events['idsIndexed']>[0], 'result' | 'idCount' | 'indexBytes' | 'contentBytes'> {
  switch (outcome.kind) {
    case 'built': {
      const { records, bytes, contentBytes, isWhole } = outcome;
      return { result: isWhole ? 'built' : 'partial', idCount: records, indexBytes: bytes, contentBytes };
    }
    case 'unfinished':
      return { result: 'unfinished', contentBytes: outcome.contentBytes };
    case 'changed':
    case 'damaged':
    case 'crashed':
      return { result: outcome.kind };
    default:
      return outcome satisfies never;
  }
}

/** As many bytes of audit entries that are not archived are archived at once, whenever the task is due. */
export function auditAlarmBytes({ maxUnarchivedBytes }: WorkerConfig['audit']): number {
  return maxUnarchivedBytes / 2;
}
