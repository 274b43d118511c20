import type { SourceIds } from '@millrace/cohort';
import type { Decisions, JobStore } from '@millrace/export';
import type { Artefacts, Dispatcher } from '@millrace/lifecycle';
import type { Events, Tracing } from '@millrace/observability';
import type { ExportQueue } from '@millrace/queue';
import type { CutLimits, EnginePool, MalformedLines } from '@millrace/run';
import type { Sink, Source } from '@millrace/storage';
import type { EngineChoice } from '@millrace/viewdef';
import type { LeaseTerms } from './lease/lease-keeper.js';
import type { OutputLimits } from './steps/output-limits.js';
import type { Destinations } from './tables/destinations.js';
import type { Queries } from './tasks/query/queries.js';

/** How this worker works; from its configuration. */
export interface ExecutionSettings {
  /** Name of this worker in leases and logs. */
  readonly worker: string;
  readonly lease: LeaseTerms;
  /** Attempts at one step since its last committed cut. */
  readonly maxAttempts: number;
  /** Wait before a failed step is tried again, in ms. */
  readonly retryDelayMs: number;
  /** How long a step waits for a missing dependency before its export fails, in ms. */
  readonly outagePatienceMs: number;
  /** Size of a shard of a plain input, in bytes. */
  readonly shardBytes: number;
  /** Content of the inputs of a type, by which the search for older versions of its resources is divided, in bytes. */
  readonly versionsBytes: number;
  readonly limits: CutLimits;
  /** Parts of views with fewer bytes are joined. */
  readonly joinBelowBytes: number;
  /** Partitions that one output may have. */
  readonly mostPartitions: number;
  /** Of one export. */
  readonly output: OutputLimits;
  /** How long one export may run, in ms; 0 means no limit. */
  readonly runTimeMs: number;
  readonly engine: EngineChoice;
  readonly malformedLines: MalformedLines;
  /** How long results stay after the export has ended. */
  readonly retentionMs: number;
}

/** Everything that a step may do to the world. */
export interface ExecutionPorts {
  readonly jobs: JobStore;
  readonly decisions: Decisions;
  readonly queue: Pick<ExportQueue, 'undelivered'>;
  readonly dispatcher: Pick<Dispatcher, 'nudge'>;
  readonly store: Sink;
  /** Of `store`. */
  readonly artefacts: Artefacts;
  /** @throws SourceUnavailableError when no source has the name */
  source(name: string): Source;
  /** Which patients and groups a source has. */
  ids(source: Source, stop: AbortSignal): SourceIds;
  readonly pool: EnginePool;
  readonly queries: Queries;
  readonly destinations: Destinations;
  readonly events: Events;
  readonly tracing: Tracing;
  readonly settings: ExecutionSettings;
  /** A fresh owner nonce: unguessable, safe in object keys. */
  nonce(): string;
}
