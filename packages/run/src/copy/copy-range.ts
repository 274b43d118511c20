import { createResourceParser } from '@millrace/viewdef';
import type { JsonValue } from '@millrace/viewdef';
import { patientLinkOf } from '@millrace/fhir';
import { createSplitParts } from '../organize/split-parts.js';
import type { SplitParts } from '../organize/split-parts.js';
import { createProgress } from '../range/evaluation-progress.js';
import { openFilter } from '../range/evaluate-range.js';
import type { RangePorts } from '../range/evaluate-range.js';
import { RowError } from '../range/input-error.js';
import { createOpenParts } from '../range/open-parts.js';
import { countPassedOver } from '../range/passed-over.js';
import type { CopyTask, RangeSummary } from '../range/range-task.js';
import { readCutByCut } from '../range/read-cut-by-cut.js';
import { isScanned, patientsOf } from '../range/resource-filter.js';
import { createResourceLines } from '../range/resource-lines.js';
import type { LinePass, ResourceUse } from '../range/resource-lines.js';
import { appendLine, createCopyPass } from './copy-pass.js';
import type { OpenCopyScan } from './open-copy-scans.js';
import type { AfterDeletion } from '../deletions/deletion-times.js';
import type { OpenDeletions } from '../deletions/open-deletions.js';
import { withStanding } from '../deletions/standing-parts.js';
import { deletionsOf } from './deletions.js';
import { UnsearchableError, createPredicate } from './predicate.js';
import type { Predicate } from './predicate.js';
import { createSubset } from './subset-line.js';

export interface CopyPorts extends Omit<RangePorts, 'openScan'> {
  readonly openCopyScan: OpenCopyScan;
  /** For tasks that know of deletions. */
  readonly openDeletions?: OpenDeletions | undefined;
}

/**
 * Copies the lines of a range that hold resources of its type which pass the filter, cut by cut: as they are, unless some
 * keys were asked for. Every line gets a newline, also the last one of a file without it. With a filter by patients, a Group
 * that names another patient too is left out.
 *
 * @throws PatientsMissingError for the filter; ViewDefinitionError for a predicate; MalformedLineError, RowError for the data; storage's errors; whatever `onCut` rejects with
 */
export async function copyRange(task: CopyTask, ports: CopyPorts): Promise<RangeSummary> {
  const { resourceType, subject, engine, input, keys, partPrefix, limits } = task;
  const { progress = createProgress() } = ports;
  const predicate = createPredicate(task, ports.compile, progress);
  const subset = keys === undefined ? undefined : createSubset(keys);
  const deletions = await openDeletions(task, ports);
  const { deleted } = task;
  const times = deleted && (await opened(ports).times(resourceType, deleted.key));
  const filter = await openFilter({ ...task, filter: task.filter ?? {} }, ports);
  const isParsed =
    predicate !== undefined || deletions !== undefined || task.buckets !== undefined || !isScanned(filter);
  const { partBytes, partRows } = limits;
  const { buckets } = task;
  const split =
    buckets === undefined
      ? undefined
      : createSplitParts({ subject, buckets, partPrefix, ...limits }, ports.sink, ports.onUpload);
  const lineParts =
    split ??
    createOpenParts(
      [{ subject, columns: [] }],
      { format: 'ndjson', header: false, partPrefix, partBytes, partRows },
      ports.sink,
      ports.onUpload,
    );
  const standing =
    deleted?.toldBy === undefined
      ? undefined
      : withStanding(
          lineParts,
          { resourceType, subject: deleted.toldBy, partPrefix },
          ports.sink,
          ports.onUpload,
        );
  const parts = standing?.parts ?? lineParts;
  const link = patientLinkOf(resourceType);
  const { passed, takeTally } = countPassedOver(task);
  const parse = createResourceParser(predicate?.views ?? []);

  const afterDeletion = (line: Buffer): AfterDeletion => times?.judge(line) ?? 'not deleted';

  /** Notes a line that is in the output although its resource was deleted once. */
  function note(after: AfterDeletion): void {
    if (typeof after === 'object') standing?.note(after.stands);
  }

  /** Decides about a line that is copied without being parsed. */
  function keeps(line: Buffer): boolean {
    const after = afterDeletion(line);
    note(after);
    return after !== 'gone';
  }

  function take(resource: JsonValue, offset: number, line: Buffer): void {
    const after = afterDeletion(line);
    if (after === 'gone') return;
    if (predicate !== undefined && !isFound(predicate, resource, offset)) return;
    const chosen = deletions === undefined ? line : deletions(resource, line);
    if (chosen === undefined) return;
    const left = subset === undefined ? chosen : subset(chosen);
    if (left === undefined) throw new Error(`byte offset ${offset} of ${input.key} has no members`);
    if (split === undefined) appendLine(parts, left);
    else if (!put(split, resource, offset, left)) return;
    note(after);
  }
  /** A line that cannot be searched is treated as one that is no resource: nobody knows whether it is asked for. */
  function isFound({ isTrueOf }: Predicate, resource: JsonValue, offset: number): boolean {
    try {
      return isTrueOf(resource, offset);
    } catch (error) {
      if (!(error instanceof UnsearchableError)) throw error;
      passed.onBadLine({ offset, reason: error.message });
      return false;
    }
  }
  /**
   * Adds a line to the buckets of its patients. They are those of the whole resource, whatever is left of it.
   *
   * @returns whether it has any
   */
  function put(to: SplitParts, resource: JsonValue, offset: number, line: Uint8Array): boolean {
    const patients = patientsOf(link, resource, filter);
    try {
      to.put(patients, line);
    } catch (error) {
      const name = `${resourceType} in the compartments of ${patients.size} patients`;
      const reason = error instanceof Error ? error.message : String(error);
      throw new RowError({ key: input.key, offset, subject, resource: name }, reason, error);
    }
    return patients.size > 0;
  }
  const linesUntil = (isFull: ResourceUse['isFull']): LinePass =>
    createResourceLines(resourceType, { parse, take, isFull }, passed, filter, progress);
  const whole = linesUntil(() => false);
  const odd = linesUntil(() => parts.full);

  /** Takes a line that passes the filter, without parsing it if that can be done. */
  function each(line: Buffer, offset: number): void {
    const left = isParsed ? undefined : subset?.(line);
    if (left === undefined) whole.consume(line, 0, offset);
    else appendLine(parts, left);
  }

  const scan = engine === 'auto' || engine === 'scan' ? ports.openCopyScan(resourceType, filter) : undefined;
  const pass =
    scan === undefined
      ? odd
      : createCopyPass(scan, {
          parts,
          odd,
          progress,
          oneByOne: task.oneByOne ?? [],
          keeps: times === undefined || isParsed ? undefined : keeps,
          each: isParsed || subset !== undefined ? each : undefined,
        });
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

async function openDeletions(
  task: CopyTask,
  ports: Pick<CopyPorts, 'openFilter' | 'openDeletions'>,
): Promise<ReturnType<typeof deletionsOf> | undefined> {
  const { deletionsOf: types, deletedPatients, bases } = task;
  if (types === undefined) return undefined;
  const standing = task.standing && (await opened(ports).standing(task.standing));
  const told = { types: new Set(types), bases, standing };
  if (deletedPatients === undefined) return deletionsOf(told);
  const filter = { patients: deletedPatients };
  const { patients } = await openFilter({ ...task, resourceType: 'Patient', filter }, ports);
  return deletionsOf({ ...told, patients: patients?.ids });
}

/** Without the means to open them, resources that are gone must not come out. */
function opened({ openDeletions: open }: Pick<CopyPorts, 'openDeletions'>): OpenDeletions {
  if (open === undefined) throw new Error('a task knows of deletions where they are not opened');
  return open;
}
