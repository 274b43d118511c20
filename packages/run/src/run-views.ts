import { rowOriginOf } from '@millrace/formats';
import type { RowFormat } from '@millrace/formats';
import { evaluateInOrder } from './evaluate-in-order.js';
import type { EncodedPart, FinishedRange } from './evaluate-in-order.js';
import { createPartJoiner } from './joiners/create-part-joiner.js';
import type { PartChunks } from './joiners/part-joiner.js';
import { openBounds } from './plan/open-bounds.js';
import type { RangeBounds } from './plan/open-bounds.js';
import { planRanges } from './plan/plan-ranges.js';
import type { RangePlan } from './plan/plan-ranges.js';
import type { RangeTask } from './range/range-task.js';
import type { RowSink, RunOrder, RunPorts } from './run-order.js';
import { runReport } from './run-report.js';
import type { RunReport } from './run-report.js';

/** Bytes of input that are evaluated and encoded at once, at least and at most. */
const LEAST_RANGE_BYTES = 8 << 20;
const MOST_RANGE_BYTES = 24 << 20;
/** So many ranges have all threads busy to the end; fewer would do with less talk between threads. */
const RANGES = 16;
/** A Parquet row group should not be much smaller, and depends on nothing else. */
const ROW_GROUP_BYTES = 64 << 20;

/** The ideal size of a range of inputs of some bytes. */
function rangeBytesOf(format: RowFormat, bytes: number): number {
  if (format === 'parquet') return ROW_GROUP_BYTES;
  return Math.round(Math.min(Math.max(bytes / RANGES, LEAST_RANGE_BYTES), MOST_RANGE_BYTES));
}

/** Bytes of input behind which the first rows of a run are handed on: somebody waits for them. */
const FIRST_BYTES = 256 << 10;

/**
 * Evaluates views over inputs and writes the rows of each to its sink, in the order of the inputs, as one file. The bytes
 * do not depend on the number of threads.
 *
 * @throws InputsNotUnderstoodError when a view has no input, and there are files whose content is unknown
 * @throws SeveralPassesError for an input that can be read once and would have to be read again
 * @throws EngineFaultError when a range fails, EngineCrashedError; what sinks reject with; the reason of `signal`
 */
export async function runViews(order: RunOrder, ports: RunPorts, signal: AbortSignal): Promise<RunReport> {
  const { views, format, header } = order;
  const subjects = views.map(({ resource: resourceType }) => ({ resourceType, isAlone: false }));
  const plan = await planRanges(order.inputs, subjects, (bytes) => rangeBytesOf(format, bytes), {
    cuts: 'ideal',
    // Row groups of Parquet depend on the ranges.
    tapers: format !== 'parquet',
    signal,
    ...(order.isRead === undefined ? {} : { isRead: order.isRead }),
  });
  const boundsOf = openBounds(plan, order.limits.rangesAtOnce, signal);
  const joiners = views.map(({ columns, view }) =>
    createPartJoiner({ format, header, origin: rowOriginOf('view', view, order) }, columns),
  );
  const sinks: RowSink[] = [];
  const rows = views.map(() => 0);
  let bytesOut = 0;

  async function write(view: number, chunks: PartChunks): Promise<void> {
    for (const chunk of chunks) {
      bytesOut += chunk.length;
      await sinks[view]?.write(chunk);
    }
  }

  async function add(parts: readonly EncodedPart[]): Promise<void> {
    for (const { subject, rows: added, chunks } of parts) {
      rows[subject] = (rows[subject] ?? 0) + added;
      const bytes = chunks.reduce((sum, { length }) => sum + length, 0);
      sinks[subject]?.expect?.({ rows: added, bytes });
      await write(subject, joiners[subject]?.add(chunks) ?? []);
    }
  }

  async function taskOf(index: number): Promise<RangeTask | undefined> {
    const bounds = await boundsOf(index);
    return bounds.start < bounds.end ? rangeTask(order, plan, index, bounds) : undefined;
  }

  function evaluateAll(): Promise<readonly FinishedRange[]> {
    const tasks = { count: plan.ranges.length, at: taskOf };
    return evaluateInOrder(ports.pool, tasks, order.limits, add, signal);
  }

  /** Range after range, because only then it is known how many rows the next one may still have. */
  async function evaluateSome(mostRows: number): Promise<readonly FinishedRange[]> {
    if (views.length !== 1) throw new Error('a limit of rows is for one view');
    const finished: FinishedRange[] = [];
    for (const index of plan.ranges.keys()) {
      const left = mostRows - (rows[0] ?? 0);
      if (left <= 0) break;
      const at = async (): Promise<RangeTask | undefined> => {
        const task = await taskOf(index);
        return task && { ...task, mostRows: left };
      };
      const ended = await evaluateInOrder(ports.pool, { count: 1, at }, order.limits, add, signal);
      for (const range of ended) finished.push(range);
    }
    return finished;
  }

  try {
    for (const view of views.keys()) sinks.push(await ports.openSink(view, plan.notices));
    const finished = order.mostRows === undefined ? await evaluateAll() : await evaluateSome(order.mostRows);
    for (const [view, joiner] of joiners.entries()) await write(view, joiner.finish());
    const report = runReport(order, plan, finished, { rows, bytesOut });
    const late = report.notices.filter((notice) => !plan.notices.includes(notice));
    for (const sink of sinks) await sink.commit({ late });
    return report;
  } catch (error) {
    await Promise.allSettled(sinks.map((sink) => sink.abort()));
    throw error;
  }
}

function rangeTask(order: RunOrder, plan: RangePlan, index: number, { start, end }: RangeBounds): RangeTask {
  const { views, fhirVersion, bases, filter, engine, format, malformedLines, limits } = order;
  const { formulas, compression } = order;
  const range = found(plan.ranges[index]);
  const { source, input, content } = found(plan.inputs[range.input]);
  const { resourceType, subjects } = found(plan.passes[range.pass]);
  const mostBytes = format === 'parquet' ? 2 * ROW_GROUP_BYTES : MOST_RANGE_BYTES + LEAST_RANGE_BYTES;
  return {
    source: source.name,
    fhirVersion,
    bases,
    resourceType,
    input,
    ...(content === undefined ? {} : { content }),
    start,
    end,
    from: start,
    firstCut: 0,
    views: subjects.map((subject) => ({ subject, view: found(views[subject]).view })),
    ...(filter === undefined ? {} : { filter }),
    engine,
    format,
    // The joiner writes the one header of the file.
    header: false,
    ...(formulas === undefined ? {} : { formulas }),
    ...(compression === undefined ? {} : { compression }),
    partPrefix: `${index}/`,
    // A gzip file is one range of any length; cuts keep the parts in memory small.
    limits: {
      partBytes: Math.min(limits.partBytes ?? Infinity, mostBytes),
      partRows: Number.MAX_SAFE_INTEGER,
      inputBytes: mostBytes,
      seconds: Number.MAX_SAFE_INTEGER,
      resourceBytes: limits.resourceBytes,
      // Row groups of Parquet would depend on it.
      ...(index === 0 && format !== 'parquet' ? { firstInputBytes: FIRST_BYTES } : {}),
    },
    malformedLines,
  };
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a plan names an input or a view that it does not have');
  return value;
}
