import { createResourceParser } from '@millrace/viewdef';
import { createProgress } from '../range/evaluation-progress.js';
import { openFilter } from '../range/evaluate-range.js';
import type { RangePorts } from '../range/evaluate-range.js';
import { createOpenParts } from '../range/open-parts.js';
import { countPassedOver } from '../range/passed-over.js';
import type { CopyTask, RangeSummary } from '../range/range-task.js';
import { readCutByCut } from '../range/read-cut-by-cut.js';
import { createResourceLines } from '../range/resource-lines.js';
import { appendLine, createCopyPass } from './copy-pass.js';
import type { OpenCopyScan } from './open-copy-scans.js';

export interface CopyPorts extends Omit<RangePorts, 'openScan'> {
  readonly openCopyScan: OpenCopyScan;
}

/**
 * Copies the lines of a range that hold resources of its type which pass the filter, as they are, cut by cut. Every line
 * gets a newline, also the last one of a file without it.
 *
 * @throws PatientsMissingError for the filter; MalformedLineError for the data; storage's errors; whatever `onCut` rejects with
 */
export async function copyRange(task: CopyTask, ports: CopyPorts): Promise<RangeSummary> {
  const { resourceType, subject, engine } = task;
  const { progress = createProgress() } = ports;
  const filter = await openFilter({ ...task, filter: task.filter ?? {} }, ports);
  const { partPrefix, limits } = task;
  const { partBytes, partRows } = limits;
  const parts = createOpenParts(
    [{ subject, columns: [] }],
    { format: 'ndjson', header: false, partPrefix, partBytes, partRows },
    ports.sink,
    ports.onUpload,
  );
  const { passed, takeTally } = countPassedOver(task);
  const use = {
    parse: createResourceParser([]),
    take: (_resource: unknown, _offset: number, line: Buffer) => appendLine(parts, line),
    isFull: () => parts.full,
  };
  const odd = createResourceLines(resourceType, use, passed, filter, progress);
  const scan = engine === 'auto' || engine === 'scan' ? ports.openCopyScan(resourceType, filter) : undefined;
  const pass =
    scan === undefined ? odd : createCopyPass(scan, { parts, odd, progress, oneByOne: task.oneByOne ?? [] });
  // The scan may have counts of an earlier range that failed.
  takeTally(scan);
  return readCutByCut(task, ports, {
    pass,
    parts,
    takeTally: () => takeTally(scan),
    progress,
    mostRows: Infinity,
    engines: ['copy'],
  });
}
