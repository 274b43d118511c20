import { readyFormat, rowOriginOf } from '@millrace/formats';
import { packingSink } from '@millrace/storage';
import type { PartSink } from '@millrace/storage';
import { engineName } from '@millrace/viewdef';
import type { CompileView, CompiledView } from '@millrace/viewdef';
import { createProgress } from './evaluation-progress.js';
import type { EvaluationProgress } from './evaluation-progress.js';
import { createLinePass } from './line-pass.js';
import { ScanDeclinedError } from './open-scans.js';
import type { OpenScan, OpenedScan } from './open-scans.js';
import type { OpenFilter } from './open-filters.js';
import { createOpenParts } from './open-parts.js';
import type { OpenParts } from './open-parts.js';
import { countPassedOver } from './passed-over.js';
import { createPartitionedParts } from '../partitions/partitioned-parts.js';
import type { RangeFilter, RangeFrame, RangeSummary, RangeTask } from './range-task.js';
import { readCutByCut, stopIfTold } from './read-cut-by-cut.js';
import type { RangeFramePorts } from './read-cut-by-cut.js';
import type { LinePass } from './resource-lines.js';
import { isScanned } from './resource-filter.js';
import type { ResourceFilter } from './resource-filter.js';
import { createScanPass } from './scan-pass.js';

export interface RangePorts extends RangeFramePorts {
  readonly sink: PartSink;
  readonly compile: CompileView;
  readonly openScan: OpenScan;
  /** For tasks that have a filter. */
  readonly openFilter?: OpenFilter;
  /** Records what is being evaluated, for a thread that watches it. */
  readonly progress?: EvaluationProgress;
}

/**
 * Reads a range of lines, evaluates all views of its pass, and stores their rows as parts, cut by cut. The
 * summary has the last cut.
 *
 * @throws ScanDeclinedError for the views; PatientsMissingError for the filter; MalformedLineError, RowError for the data; storage's errors; whatever `onCut` rejects with
 */
export async function evaluateRange(task: RangeTask, ports: RangePorts): Promise<RangeSummary> {
  const { input, limits, mostRows } = task;
  const { progress = createProgress() } = ports;
  await readyFormat(task);
  const views = task.views.map(({ subject, view, partPrefix }) => {
    stopIfTold(ports);
    const { engine, fhirVersion, bases } = task;
    progress.view(subject);
    const compiled = ports.compile(view, { engine, fhirVersion, bases });
    return { subject, view: compiled, partPrefix, origin: rowOriginOf('view', view, task) };
  });
  progress.rest();
  const filter = task.filter && (await openFilter({ ...task, filter: task.filter }, ports));
  const openParts = ({ partBytes, partRows }: Pick<typeof limits, 'partBytes' | 'partRows'>): OpenParts => {
    const opened = views.map(({ view, ...rest }) => ({ ...rest, columns: view.columns }));
    const { onUpload } = ports;
    const sink = task.packed === undefined ? ports.sink : packingSink(ports.sink);
    const options = { ...task, partBytes, partRows, mostRows, resourceBytes: limits.resourceBytes };
    const { partitionBy, mostPartitions = Infinity } = task;
    if (partitionBy === undefined) return createOpenParts(opened, options, sink, onUpload);
    return createPartitionedParts(
      opened,
      { ...options, partitionBy, mostPartitions },
      { parts: sink, lists: ports.sink },
      onUpload,
    );
  };
  const parts = openParts(limits);
  const { passed, takeTally } = countPassedOver(task);
  const origin = { key: input.key, resourceType: task.resourceType };
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
  // The scan may have counts of an earlier range that failed.
  takeTally(scan);
  return readCutByCut(task, ports, {
    pass,
    parts,
    takeTally: () => takeTally(scan),
    progress,
    mostRows: mostRows ?? Infinity,
    engines: views.map(({ view }, at) => (scanned.includes(at) ? 'scan' : engineName(view.engine))),
  });
}

function ignored(): void {
  // It is not stored, or counted elsewhere.
}

/** Without the means to open it a filter must not let everything through. */
export async function openFilter(
  { filter, resourceType, bases }: RangeFrame & { readonly filter: RangeFilter },
  ports: Pick<RangePorts, 'openFilter'>,
): Promise<ResourceFilter> {
  if (ports.openFilter === undefined) throw new Error('a task has a filter where filters are not opened');
  return ports.openFilter(filter, resourceType, bases);
}

/** The scan where it was asked for, or where nothing was, for the views of the pass that it takes. It does not decide by all filters. */
function chooseScan(
  { engine, format, formulas, partitionBy }: RangeTask,
  views: readonly CompiledView[],
  filter: ResourceFilter | undefined,
  openScan: OpenScan,
): Pick<OpenedScan, 'scan' | 'views'> {
  // Only the encoder of rows makes formulas harmless, and encoded rows are not taken apart into partitions.
  if (formulas !== undefined || partitionBy !== undefined) return { scan: undefined, views: [] };
  if (engine !== 'auto' && engine !== 'scan') return { scan: undefined, views: [] };
  if (filter !== undefined && !isScanned(filter)) return { scan: undefined, views: [] };
  const opened = openScan(views, format, filter);
  const [decline] = opened.declines;
  if (engine === 'scan' && decline !== undefined)
    throw new ScanDeclinedError(views[decline.view]?.name, decline);
  return opened;
}
