import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { LabelValues } from 'prom-client';

/** Seconds; from a cut of a small file to an export of a night. */
const WORK_SECONDS = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14_400];
const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Every metric of a service. Labels have small closed sets of values: ids of exports, tenants and clients are in
 * the log, never here. `events.ts` writes them; only gauges are set elsewhere.
 */
export function createMetrics(options: { service: string; version: string }) {
  const registry = new Registry();
  registry.setDefaultLabels({ service: options.service });
  collectDefaultMetrics({ register: registry });

  /** @param begun series that are 0 from the start: Prometheus does not see the first event of a series that begins with it */
  const counter = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    begun: Partial<Record<Label, readonly string[]>> = {},
  ) => {
    const made = new Counter({ name, help, labelNames, registers: [registry] });
    for (const label of labelNames) {
      for (const value of begun[label] ?? []) made.inc({ [label]: value } as LabelValues<Label>, 0);
    }
    return made;
  };
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  const histogram = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    buckets: number[],
  ) => new Histogram({ name, help, labelNames, buckets, registers: [registry] });

  const buildVersion = gauge('millrace_build_info', 'Version of the service; the value is always 1.', [
    'version',
  ]);
  buildVersion.set({ version: options.version }, 1);

  return {
    registry,
    exportsKickedOff: counter('millrace_exports_kicked_off_total', 'Exports accepted.', [
      'operation',
      'format',
    ]),
    exportsRefused: counter('millrace_exports_refused_total', 'Kick-offs that were not accepted.', ['code']),
    kickOffsUndone: counter(
      'millrace_kick_offs_undone_total',
      'Kick-offs that failed after their record was created, and were undone.',
      ['outcome'],
      { outcome: ['complete', 'incomplete'] },
    ),
    exportsSettled: counter(
      'millrace_exports_settled_total',
      'Exports that ended. `code` is the FHIR issue type of a failed export, and empty for others.',
      ['outcome', 'code'],
    ),
    notices: counter(
      'millrace_notices_total',
      'Notices in manifests: files, resources and lines that were skipped, ignored or not read, doubtful views, empty tables.',
      ['kind'],
    ),
    exportSeconds: histogram(
      'millrace_export_duration_seconds',
      'Time from the acceptance of an export to its end.',
      ['outcome'],
      WORK_SECONDS,
    ),
    planSeconds: histogram(
      'millrace_plan_duration_seconds',
      'Time to list the inputs of an export and to cut them into shards.',
      [],
      WORK_SECONDS,
    ),
    shardWaitSeconds: histogram(
      'millrace_shard_wait_seconds',
      'Time from the message of a shard to its start.',
      [],
      WORK_SECONDS,
    ),
    shardSeconds: histogram(
      'millrace_shard_duration_seconds',
      'Time of one attempt at a shard.',
      ['outcome'],
      WORK_SECONDS,
    ),
    cutsCommitted: counter('millrace_cuts_committed_total', 'Cuts committed.', []),
    rowsWritten: counter('millrace_rows_written_total', 'Rows in committed parts.', ['format']),
    bytesWritten: counter('millrace_bytes_written_total', 'Bytes in committed parts.', ['format']),
    bytesRead: counter('millrace_bytes_read_total', 'Stored input bytes that committed cuts consumed.', []),
    skippedLines: counter(
      'millrace_skipped_lines_total',
      'Lines that were skipped because they are not resources.',
      [],
    ),
    otherTypes: counter(
      'millrace_other_type_resources_total',
      'Resources that were skipped because the input was read for another resource type.',
      [],
    ),
    undatedResources: counter(
      'millrace_undated_resources_total',
      'Resources that _since let through because their meta.lastUpdated cannot be read.',
      [],
    ),
    enginePasses: counter('millrace_engine_subjects_total', 'Subjects evaluated in a shard, by engine.', [
      'engine',
    ]),
    leasesLost: counter(
      'millrace_lease_lost_total',
      'Leases that workers lost while they worked.',
      ['reason'],
      { reason: ['fenced', 'deadline', 'bullmq'] },
    ),
    fencedWrites: counter(
      'millrace_fenced_writes_total',
      'Writes refused because the lease was lost.',
      ['op'],
      { op: ['plan-slice', 'commit-part', 'commit-shard'] },
    ),
    manifestCommits: counter(
      'millrace_manifest_commits_total',
      'Attempts to write manifest.json.',
      ['outcome'],
      { outcome: ['won', 'adopted', 'error'] },
    ),
    downloadsServed: counter('millrace_downloads_total', 'Downloads answered.', ['status']),
    downloadsBroken: counter(
      'millrace_downloads_broken_total',
      'Downloads refused or cut off because the stored file differs from the one that its export committed.',
      ['stage'],
      { stage: ['refused', 'cut'] },
    ),
    outputFilesVerified: counter(
      'millrace_output_files_verified_total',
      'Files of completed exports that were read again.',
      [],
    ),
    outputFilesDamaged: counter(
      'millrace_output_files_damaged_total',
      'Files of completed exports that were read again and are not what their export committed.',
      ['verdict'],
      { verdict: ['altered', 'missing'] },
    ),
    outputBytesVerified: counter(
      'millrace_output_bytes_verified_total',
      'Bytes of completed exports that were read again.',
      [],
    ),
    unreadClosed: counter(
      'millrace_unread_connections_closed_total',
      'Connections closed because their clients did not read the answers.',
      [],
    ),
    downloadBytes: counter('millrace_download_bytes_total', 'Bytes of output files sent.', []),
    runs: counter(
      'millrace_runs_total',
      'Runs that began, by how they ended: ended, refused before the first row, cut behind it, or gone with the client.',
      ['operation', 'format', 'result'],
    ),
    runsRefused: counter('millrace_runs_refused_total', 'Requests for runs that were not begun.', ['code']),
    runSeconds: histogram(
      'millrace_run_duration_seconds',
      'Time from the start of a run to its end.',
      ['result'],
      WORK_SECONDS,
    ),
    runRows: counter('millrace_run_rows_total', 'Rows that runs evaluated.', []),
    runBytes: counter('millrace_run_bytes_total', 'Bytes of rows that runs sent.', []),
    definitionsChanged: counter('millrace_definition_changes_total', 'Definitions stored or deleted.', [
      'change',
    ]),
    requestSeconds: histogram(
      'millrace_http_request_duration_seconds',
      'HTTP requests.',
      ['method', 'route', 'status'],
      REQUEST_SECONDS,
    ),
    requestsThrottled: counter(
      'millrace_requests_throttled_total',
      'Requests refused because a limit was reached.',
      ['route'],
    ),
    requestsUnreadable: counter(
      'millrace_requests_unreadable_total',
      'Requests refused because they are not HTTP, have too long a head, or did not end in time.',
      ['status'],
    ),
    stalledMessages: counter('millrace_stalled_total', 'Messages delivered again.', ['queue'], {
      queue: ['export'],
    }),
    dispatchesFailed: counter(
      'millrace_dispatch_failures_total',
      'Dispatches whose messages were not sent.',
      [],
    ),
    stepsPostponed: counter(
      'millrace_steps_postponed_total',
      'Steps postponed because Redis, the object store or a source could not be used.',
      ['dependency'],
    ),
    stepsReturned: counter(
      'millrace_steps_returned_total',
      'Steps that were lost and put back into the queue.',
      ['reason'],
      { reason: ['lease', 'message', 'missing'] },
    ),
    taskActivations: counter('millrace_task_activations_total', 'Activations of background tasks.', [
      'task',
      'result',
    ]),
    taskSeconds: histogram(
      'millrace_task_duration_seconds',
      'Time of one activation of a background task.',
      ['task'],
      WORK_SECONDS,
    ),
    taskSucceededAt: gauge(
      'millrace_task_last_success_timestamp_seconds',
      'Time at which this process last ended an activation of a background task without an error.',
      ['task'],
    ),
    taskFailures: counter(
      'millrace_task_failures_total',
      'Background tasks that could not be activated.',
      ['part'],
      { part: ['tick', 'schedule', 'recovery', 'start'] },
    ),
    idIndexFiles: counter(
      'millrace_id_index_files_total',
      'Files of sources whose ids were indexed, or not, by result.',
      ['result'],
      { result: ['built', 'partial', 'unfinished', 'changed', 'damaged', 'crashed'] },
    ),
    idIndexBytesRead: counter('millrace_id_index_read_bytes_total', 'Content read to index ids.', []),
    idIndexSeconds: histogram(
      'millrace_id_index_duration_seconds',
      'Time to index the ids of a file, or its last part.',
      [],
      WORK_SECONDS,
    ),
    idIndexPending: gauge(
      'millrace_id_index_pending_files',
      'Files of sources without an id index when this process last looked.',
      [],
    ),
    terminologyResolved: counter(
      'millrace_terminology_resolved_total',
      'Requests whose SQL needed value sets, concept maps or external tables.',
      ['result'],
      { result: ['resolved', 'missing', 'refused'] },
    ),
    terminologySeconds: histogram(
      'millrace_terminology_duration_seconds',
      'Time in which their rows were read, from a terminology server too.',
      [],
      REQUEST_SECONDS,
    ),
    idIndexesDamaged: counter('millrace_id_indexes_damaged_total', 'Stored id indexes found damaged.', []),
    idLookups: counter(
      'millrace_id_lookups_total',
      'Kick-offs that asked which patients or groups exist, by result.',
      ['result'],
      { result: ['ready', 'waited', 'late', 'unknown'] },
    ),
    idLookupSeconds: histogram(
      'millrace_id_lookup_duration_seconds',
      'Time until a kick-off knew which patients or groups exist, or gave up.',
      [],
      REQUEST_SECONDS,
    ),
    auditFailures: counter(
      'millrace_audit_failures_total',
      'Audit entries not begun or not completed.',
      ['op'],
      { op: ['init', 'complete'] },
    ),
    settingsReloads: counter(
      'millrace_settings_reloads_total',
      'Files of keys, clients or secrets that have changed, by whether their new content was taken.',
      ['file', 'result'],
      {
        file: [
          'certificate',
          'operations-certificate',
          'clients',
          'secrets',
          'keys',
          'operator-token',
          'any',
        ],
        result: ['taken', 'refused'],
      },
    ),
    sharedKeysDistrusted: counter(
      'millrace_shared_keys_distrusted_total',
      'Documents of public keys in Redis that no secret of this service has signed.',
      [],
    ),
    auditRefusalsMissed: counter(
      'millrace_audit_refusals_missed_total',
      'Requests that were refused for who sent them and that have no audit entry, because there were too many.',
      [],
    ),
    auditEntries: gauge('millrace_audit_entries', 'Audit entries that are not archived.', ['state']),
    auditUnarchivedBytes: gauge(
      'millrace_audit_unarchived_bytes',
      'Bytes of the audit entries that are not archived.',
      [],
    ),
    exportsRebuilt: counter('millrace_exports_rebuilt_total', 'Exports put back after a loss of Redis.', []),
    recordsLost: counter('millrace_records_lost_total', 'Records of live exports that Redis has lost.', []),
    queuedSteps: gauge('millrace_queued_steps', 'Steps that are ready and that no worker holds.', []),
    oldestQueuedSeconds: gauge(
      'millrace_oldest_queued_seconds',
      'Time that the longest waiting step has been ready.',
      [],
    ),
    windowSteps: gauge('millrace_window_steps', 'Steps that have a message and are not done.', []),
    queueJobs: gauge('millrace_queue_jobs', 'Messages by state.', ['queue', 'state']),
    queueOldestWaitingSeconds: gauge('millrace_queue_oldest_waiting_seconds', 'Age of the oldest message.', [
      'queue',
    ]),
    storageConditionalPut: gauge(
      'millrace_storage_conditional_put',
      '1 if the object store honours conditional puts, 0 if the services have to emulate them.',
      [],
    ),
    exports: gauge('millrace_exports', 'Exports that have not ended.', ['state']),
    exportsStarted: counter(
      'millrace_exports_started_total',
      'Exports that were started, by all processes, as the job store has counted them.',
      [],
    ),
    exportsEnded: counter(
      'millrace_exports_ended_total',
      'Exports that have ended, by all processes; `unknown` are those whose record somebody removed.',
      ['outcome'],
      { outcome: ['completed', 'failed', 'cancelled', 'unknown'] },
    ),
    exportsRunning: gauge(
      'millrace_exports_running',
      'Exports that were started and have not ended: started less ended.',
      [],
    ),
    longestStillSeconds: gauge(
      'millrace_longest_without_progress_seconds',
      'Longest time for which a running export has committed nothing.',
      [],
    ),
    dependencyLost: gauge(
      'millrace_dependency_lost',
      '1 while Redis, the object store or a source cannot be used.',
      ['dependency'],
    ),
    outages: counter('millrace_outages_total', 'Outages of Redis, the object store or a source.', [
      'dependency',
    ]),
    watchdogAlarm: gauge('millrace_watchdog_alarm', '1 while a watchdog of this process sees its fault.', [
      'watchdog',
    ]),
    watchdogAlarms: counter(
      'millrace_watchdog_alarms_total',
      'Faults that watchdogs have found.',
      ['watchdog'],
      { watchdog: ['event-loop', 'idle-worker', 'redis-memory'] },
    ),
    redisMemoryRatio: gauge(
      'millrace_redis_memory_ratio',
      'Memory that Redis uses, as a part of maxmemory, or of the memory of its machine where no maxmemory is set.',
      [],
    ),
    schedulesRestored: counter(
      'millrace_schedules_restored_total',
      'Schedules of background tasks that were gone or gave no ticks, and were made again.',
      ['reason'],
      { reason: ['missing', 'overdue'] },
    ),
    queuePaused: gauge('millrace_queue_paused', '1 while the queue is paused.', ['queue']),
    queueWorkers: gauge('millrace_workers', 'Workers that are known.', ['queue']),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
