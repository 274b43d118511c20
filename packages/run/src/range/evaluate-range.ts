import { sumTallies } from '@millrace/export';
import type { Cut, Tally } from '@millrace/export';
import { readLineBlocks } from '@millrace/storage';
import type { PartSink, Source } from '@millrace/storage';
import { engineName } from '@millrace/viewdef';
import type { CompileView, CompiledView } from '@millrace/viewdef';
import { createProgress } from './evaluation-progress.js';
import type { EvaluationProgress } from './evaluation-progress.js';
import { MalformedLineError } from './input-error.js';
import { createLinePass } from './line-pass.js';
import type { BadLine, LinePass, PassedOver } from './line-pass.js';
import { ScanDeclinedError } from './open-scans.js';
import type { OpenScan, OpenedScan } from './open-scans.js';
import type { OpenFilter } from './open-filters.js';
import { lineNumberIfReadable } from './line-number.js';
import { createOpenParts } from './open-parts.js';
import { createOpenTally, takeScanTally } from './open-tally.js';
import type { OpenParts } from './open-parts.js';
import type { RangeSummary, RangeTask } from './range-task.js';
import type { ResourceFilter } from './resource-filter.js';
import { createScanPass } from './scan-pass.js';

/** `cut`: close the open parts at the next line boundary and end. `stop`: end now and drop them. */
export type Control = 'run' | 'cut' | 'stop';

export interface RangePorts {
  readonly source: Source;
  readonly sink: PartSink;
  readonly compile: CompileView;
  readonly openScan: OpenScan;
  /** For tasks that have a filter. */
  readonly openFilter?: OpenFilter;
  /** Asked before each view is compiled, and between lines. */
  control(): Control;
  /** Told before the first byte of a part is written, so that it can be aborted from elsewhere. */
  onUpload(key: string, uploadId: string): void;
  /**
   * Records a cut, any but the last. The range goes on once it has resolved, and ends when it rejects.
   *
   * @param resources that this range has evaluated so far
   */
  onCut(cut: Cut, resources: number): Promise<void>;
  /** Milliseconds of a monotonic clock. */
  now(): number;
  /** Records what is being evaluated, for a thread that watches it. */
  readonly progress?: EvaluationProgress;
}

/** Looks of who watches, after which a range sees to its cuts although it is in the middle of a block: two seconds. */
const LOOKS_WITHOUT_CUT = 20;

/** The range ended because it was told to `stop`. */
export class RangeStoppedError extends Error {
  override readonly name = 'RangeStoppedError';
}

/**
 * Reads a range of lines, evaluates all views of its pass, and stores their rows as parts, cut by cut. The
 * summary has the last cut.
 *
 * @throws ScanDeclinedError for the views; PatientsMissingError for the filter; MalformedLineError, RowError for the data; storage's errors; whatever `onCut` rejects with
 */
export async function evaluateRange(task: RangeTask, ports: RangePorts): Promise<RangeSummary> {
  const { input, limits } = task;
  const { progress = createProgress() } = ports;
  const views = task.views.map(({ subject, view }) => {
    stopIfTold(ports);
    const { engine, fhirVersion, bases } = task;
    progress.view(subject);
    return { subject, view: ports.compile(view, { engine, fhirVersion, bases }) };
  });
  progress.rest();
  const filter = await filterOf(task, ports);
  const openParts = ({ partBytes, partRows }: Pick<typeof limits, 'partBytes' | 'partRows'>): OpenParts =>
    createOpenParts(
      views.map(({ subject, view }) => ({ subject, columns: view.columns })),
      { ...task, partBytes, partRows, mostRows: task.mostRows },
      ports.sink,
      ports.onUpload,
    );
  const parts = openParts(limits);
  const tally = createOpenTally();
  const origin = { key: input.key, resourceType: task.resourceType };
  const passed: PassedOver = {
    onBadLine(line) {
      if (task.malformedLines === 'fail') throw new BadLineFound(line);
      tally.skip(line);
    },
    onOtherType: tally.passOver,
    onUndated: tally.undated,
  };
  const linePass = createLinePass(origin, views, parts, passed, filter, progress);
  // Programs of all views are made together; the first one stands for them.
  for (const { subject } of views.slice(0, 1)) progress.view(subject);
  const { scan, views: scanned } = chooseScan(
    task,
    views.map(({ view }) => view),
    filter,
    ports.openScan,
  );
  progress.rest();
  /** Evaluates lines into parts that are never stored. */
  const blame = (lines: Buffer, offset: number): void => {
    const trial = openParts({ partBytes: Infinity, partRows: Infinity });
    const unheard = { onBadLine: ignored, onOtherType: ignored, onUndated: ignored };
    createLinePass(origin, views, trial, unheard, filter, progress).consume(lines, 0, offset);
  };
  /** The views that the scan leaves, on the lines that it takes. */
  const besidePass = (): LinePass | undefined => {
    const left = views.flatMap((view, at) => (scanned.includes(at) ? [] : [{ ...view, at }]));
    if (left.length === 0) return undefined;
    const add: OpenParts['add'] = (index, row) => parts.add(left[index]?.at ?? index, row);
    // The scan, which takes the same lines, counts the other types in them.
    return createLinePass(
      origin,
      left,
      { add, full: false },
      { ...passed, onOtherType: ignored },
      filter,
      progress,
    );
  };
  const pass =
    scan === undefined
      ? linePass
      : createScanPass(scan, scanned, {
          parts,
          odd: linePass,
          beside: besidePass(),
          progress,
          blame,
          oneByOne: task.oneByOne ?? [],
        });

  let cuts = task.firstCut;
  let from = task.from;
  let offset = task.from;
  let cutAt = ports.now();
  let storedRead = task.from === 0 ? 0 : undefined;
  let storedAtCut = storedRead;

  const takeTally = (): Tally => {
    const own = tally.take();
    return scan === undefined ? own : sumTallies([own, takeScanTally(scan)]);
  };
  // The scan may have counts of an earlier range that failed.
  takeTally();

  async function closeParts(): Promise<Cut> {
    const closed = await parts.close();
    const bytesRead = input.compression === 'none' ? offset - from : (storedRead ?? 0) - (storedAtCut ?? 0);
    return { cut: cuts, from, to: offset, parts: closed, bytesRead, tally: takeTally() };
  }

  async function cut(): Promise<void> {
    await ports.onCut(await closeParts(), pass.resources);
    cuts += 1;
    from = offset;
    cutAt = ports.now();
    storedAtCut = storedRead;
  }

  function cutIsDue(): boolean {
    if (parts.full) return true;
    const { firstInputBytes = limits.inputBytes } = limits;
    const mostBytes = cuts === task.firstCut ? firstInputBytes : limits.inputBytes;
    return offset - from >= mostBytes || ports.now() - cutAt >= limits.seconds * 1000;
  }

  let looksBefore = 0;
  /** Slow lines keep a cut, or who wants the thread back, waiting no longer than one of them takes. */
  const pause = (): boolean =>
    ports.control() !== 'run' || progress.looks() - looksBefore >= LOOKS_WITHOUT_CUT;

  const summary = (): RangeSummary => {
    return {
      resources: pass.resources,
      rows: parts.rows,
      engines: views.map(({ view }, at) => (scanned.includes(at) ? 'scan' : engineName(view.engine))),
    };
  };

  try {
    const blocks = readLineBlocks(
      ports.source,
      input,
      { start: task.start, end: task.end },
      { from: task.from },
    );
    for await (const block of blocks) {
      storedRead = block.storedOffset;
      storedAtCut ??= storedRead;
      for (let at = 0; at < block.bytes.length;) {
        looksBefore = progress.looks();
        at = pass.consume(block.bytes, at, block.offset, pause);
        progress.rest();
        offset = block.offset + at;
        await parts.flush();
        if (parts.rows >= (task.mostRows ?? Infinity)) return { ...summary(), last: await closeParts() };
        if (cutIsDue()) await cut();
        stopIfTold(ports);
        const isAtEnd = input.compression === 'none' && offset >= task.end;
        if (ports.control() === 'cut' && !isAtEnd) {
          if (offset > from) await cut();
          return summary();
        }
      }
    }
    return { ...summary(), last: await closeParts() };
  } catch (error) {
    progress.rest();
    await parts.abort();
    if (!(error instanceof BadLineFound)) throw error;
    const { offset: at, reason } = error.line;
    throw new MalformedLineError(input.key, at, await lineNumberIfReadable(ports.source, input, at), reason);
  }
}

function ignored(): void {
  // It is not stored, or counted elsewhere.
}

/** Without the means to open it a filter must not let everything through. */
async function filterOf(
  { filter, resourceType, bases }: RangeTask,
  { openFilter }: RangePorts,
): Promise<ResourceFilter | undefined> {
  if (filter === undefined) return undefined;
  if (openFilter === undefined) throw new Error('a task has a filter where filters are not opened');
  return openFilter(filter, resourceType, bases);
}

/** The scan where it was asked for, or where nothing was, for the views of the pass that it takes. */
function chooseScan(
  { engine, format, mostRows }: RangeTask,
  views: readonly CompiledView[],
  filter: ResourceFilter | undefined,
  openScan: OpenScan,
): Pick<OpenedScan, 'scan' | 'views'> {
  // The scan does not write this format, and makes rows by the chunk.
  if (format === 'fhir' || mostRows !== undefined) return { scan: undefined, views: [] };
  if (engine !== 'auto' && engine !== 'scan') return { scan: undefined, views: [] };
  const opened = openScan(views, format, filter);
  const [decline] = opened.declines;
  if (engine === 'scan' && decline !== undefined)
    throw new ScanDeclinedError(views[decline.view]?.name, decline);
  return opened;
}

function stopIfTold(ports: Pick<RangePorts, 'control'>): void {
  if (ports.control() === 'stop') throw new RangeStoppedError('the range was told to stop');
}

/** Carries a bad line out of the synchronous loop; its number is only known after reading the file again. */
class BadLineFound extends Error {
  readonly line: BadLine;

  constructor(line: BadLine) {
    super(line.reason);
    this.line = line;
  }
}
