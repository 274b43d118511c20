import type { MessagePort } from 'node:worker_threads';
import { buildIndex, lookThrough } from '@millrace/cohort';
import type { IdIndexDamagedError, IndexTask, SourceIds } from '@millrace/cohort';
import type { ObjectStore, PartSink, Source } from '@millrace/storage';
import type { Cut } from '@millrace/export';
import type { ScanChecks } from '@millrace/scan';
import { giveBackMemory } from '@millrace/threads';
import { createCompiledViews } from '@millrace/viewdef';
import { createContentSource } from '../plan/content-source.js';
import { copyRange } from '../copy/copy-range.js';
import { createCopyScans } from '../copy/open-copy-scans.js';
import { evaluateRange } from '../range/evaluate-range.js';
import { createProgress } from '../range/evaluation-progress.js';
import { createFilters } from '../range/open-filters.js';
import { createScans } from '../range/open-scans.js';
import { createDeletions } from '../deletions/open-deletions.js';
import type { RangeFault } from '../range/range-fault.js';
import type { RangeFrame, RangeSummary } from '../range/range-task.js';
import { RangeStoppedError, stopIfTold } from '../range/read-cut-by-cut.js';
import type { RangeFramePorts } from '../range/read-cut-by-cut.js';
import { findSuperseded } from '../versions/find-superseded.js';
import { createSuperseded } from '../versions/open-superseded.js';
import type { VersionsTask } from '../versions/versions-task.js';
import { findPatients } from './find-patients.js';
import type { PatientsTask } from './find-patients.js';
import { namePaths } from './name-paths.js';
import { createPostingSink } from './posting-sink.js';
import { CONTROLS } from './thread-messages.js';
import type { EngineThreadStart, FromEngineThread, RangeRequest, ToEngineThread } from './thread-messages.js';
import { viewFacts } from './view-facts.js';
import type { ViewsTask } from './view-facts.js';

/** Adapters that the thread composes for itself, because they cannot cross threads. */
export interface EngineThreadAdapters {
  /** @throws when no source has the name */
  source(name: string): Source;
  /**
   * The store of parts, of the sets of patients that filters name, and of superseded lines. Undefined: parts go to the main thread,
   * as `TaskWatch.onPart` says, and there are no sets of patients.
   */
  readonly store: (PartSink & Pick<ObjectStore, 'read' | 'stat' | 'stream'>) | undefined;
  /**
   * Opens the id indexes of sources, where filters by patients are looked up. Without it the files are looked through.
   *
   * @param onDamaged hears of an index that cannot be used
   */
  openIds?(onDamaged: (error: IdIndexDamagedError) => void): (source: Source) => SourceIds;
  readonly scanChecks: ScanChecks;
  /** Heap that the thread keeps while it is idle. Absent: as much as V8 likes. */
  readonly keptHeapMb?: number;
  /** The description of an error that goes to the main thread, whether or not the range threw it. */
  fault(error: unknown): RangeFault;
}

/**
 * The body of an engine thread: takes one task at a time from the port, evaluates it, and tells its story. A cut
 * waits for the main thread, which alone records it.
 */
export function serveEngineThread(
  port: MessagePort,
  start: Pick<EngineThreadStart<unknown>, 'control' | 'progress'>,
  adapters: EngineThreadAdapters,
): void {
  const flag = new Int32Array(start.control);
  const progress = createProgress(start.progress);
  const compile = createCompiledViews(undefined, (number) => progress.path(number));
  const openScan = createScans(adapters.scanChecks);
  const openCopyScan = createCopyScans();
  const openFilter = createFilters(async (key) => adapters.store?.read(key));
  const openDeletions = adapters.store && createDeletions(adapters.store.read.bind(adapters.store));
  const openSuperseded = adapters.store && createSuperseded(adapters.store.stream.bind(adapters.store));
  let recorded: (() => void) | undefined;
  const say = (message: FromEngineThread): void => port.postMessage(message);
  let openedIds: ((source: Source) => SourceIds) | undefined;
  /** Few tasks need them, and their store. */
  function idsOf(source: Source): SourceIds {
    openedIds ??=
      adapters.openIds?.(({ key, reason }) => say({ kind: 'index-damaged', key, reason })) ?? lookThrough;
    return openedIds(source);
  }
  const sink = adapters.store ?? createPostingSink(postPart);

  function postPart(key: string, chunks: readonly Uint8Array<ArrayBuffer>[]): void {
    const message: FromEngineThread = { kind: 'part', key, chunks };
    port.postMessage(
      message,
      chunks.map(({ buffer }) => buffer),
    );
  }

  function sourceOf({ source, content, fhirVersion }: RangeFrame): Source {
    return content === undefined ? adapters.source(source) : createContentSource(content, fhirVersion);
  }

  function framePorts(): Omit<RangeFramePorts, 'source'> {
    return {
      sink,
      openSuperseded,
      control: () => CONTROLS[Atomics.load(flag, 0)] ?? 'stop',
      now: () => performance.now(),
      onUpload: (key, uploadId) => say({ kind: 'upload', key, uploadId }),
      onCut: (cut: Cut, resources: number) =>
        new Promise((resolve) => {
          recorded = resolve;
          say({ kind: 'cut', cut, resources });
        }),
    };
  }

  function summaryOf(request: RangeRequest): Promise<RangeSummary> {
    const { task } = request;
    const shared = { ...framePorts(), source: sourceOf(task), progress, openFilter };
    if (request.kind === 'copy')
      return copyRange(request.task, { ...shared, compile, openCopyScan, openDeletions });
    const named = namePaths(compile, request.task, (subject, columns) =>
      say({ kind: 'paths', subject, columns }),
    );
    return evaluateRange(request.task, { ...shared, compile: named, openScan });
  }

  async function run(request: RangeRequest): Promise<void> {
    try {
      say({ kind: 'done', summary: await summaryOf(request) });
    } catch (error) {
      if (error instanceof RangeStoppedError) say({ kind: 'stopped' });
      else say({ kind: 'failed', fault: adapters.fault(error) });
    }
    if (adapters.keptHeapMb !== undefined) giveBackMemory(adapters.keptHeapMb);
  }

  async function lookForSuperseded(task: VersionsTask): Promise<void> {
    try {
      progress.rest();
      const ports = { ...framePorts(), source: adapters.source(task.source) };
      say({ kind: 'done', summary: await findSuperseded(task, ports) });
    } catch (error) {
      if (error instanceof RangeStoppedError) say({ kind: 'stopped' });
      else say({ kind: 'failed', fault: adapters.fault(error) });
    }
  }

  function describe(task: ViewsTask): void {
    try {
      say({ kind: 'described', facts: viewFacts(task, compile, progress) });
    } catch (error) {
      say({ kind: 'failed', fault: adapters.fault(error) });
    }
  }

  async function lookForPatients(task: PatientsTask): Promise<void> {
    try {
      say({ kind: 'patients-found', found: await findPatients(task, idsOf(adapters.source(task.source))) });
    } catch (error) {
      say({ kind: 'failed', fault: adapters.fault(error) });
    }
  }

  async function indexIds(task: IndexTask): Promise<void> {
    try {
      progress.rest();
      if (adapters.store === undefined) throw new Error('a thread without a store indexes no ids');
      const frame = framePorts();
      const build = await buildIndex(task, {
        ...frame,
        source: adapters.source(task.source),
        store: adapters.store,
        stopIfTold: () => stopIfTold(frame),
      });
      say({ kind: 'ids-indexed', build });
    } catch (error) {
      if (error instanceof RangeStoppedError) say({ kind: 'stopped' });
      else say({ kind: 'failed', fault: adapters.fault(error) });
    }
    if (adapters.keptHeapMb !== undefined) giveBackMemory(adapters.keptHeapMb);
  }

  port.on('message', (message: ToEngineThread) => {
    switch (message.kind) {
      case 'describe':
        describe(message.task);
        break;
      case 'find-patients':
        void lookForPatients(message.task);
        break;
      case 'index-ids':
        void indexIds(message.task);
        break;
      case 'versions':
        void lookForSuperseded(message.task);
        break;
      case 'run':
      case 'copy':
        void run(message);
        break;
      case 'cut-recorded':
        recorded?.();
        break;
      default:
        message satisfies never;
    }
  });
  say({ kind: 'ready' });
}
