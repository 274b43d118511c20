import type { Cut } from '@millrace/export';
import type { RangeSummary, RangeTask } from '../range/range-task.js';
import type { TaskWatch } from './task-watch.js';
import { writingApart } from './writing-apart.js';

/** Does a task, or its rest, until it ends or the slice is over: then at the next cut. */
export type RunSlice = (rest: RangeTask, watch: TaskWatch, slice: AbortController) => Promise<RangeSummary>;

/**
 * Does a task in slices, each going on where the one before ended. A slice that is over does not keep its thread for a cut that
 * is not taken yet: it waits for that without a thread.
 */
export async function runInSlices(
  task: RangeTask,
  watch: TaskWatch,
  runSlice: RunSlice,
): Promise<RangeSummary> {
  const before = { resources: 0, rows: 0 };
  let rest = task;
  for (let slices = 1; ; slices += 1) {
    const slice = new AbortController();
    const over = new Promise<void>((resolve) =>
      slice.signal.addEventListener('abort', () => resolve(), { once: true }),
    );
    let last: Cut | undefined;
    let taken: Promise<void> = Promise.resolve();
    const onCut = async (cut: Cut): Promise<void> => {
      last = cut;
      taken = watch.onCut(cut);
      // A failure to take it is thrown below.
      taken.catch(() => undefined);
      await Promise.race([taken, over]);
    };
    const finishAtCut = AbortSignal.any([watch.finishAtCut, slice.signal]);
    const summary = await runSlice(rest, { ...watch, onCut, finishAtCut }, slice);
    await taken;
    const resources = before.resources + summary.resources;
    const rows = before.rows + summary.rows;
    if (summary.last !== undefined || watch.finishAtCut.aborted) return { ...summary, resources, rows };
    before.resources = resources;
    before.rows = rows;
    const { partPrefix, views } = writingApart(task, `${slices}-`);
    rest = { ...restOf(rest, last, summary.rows), partPrefix, views };
  }
}

function restOf(task: RangeTask, last: Cut | undefined, rows: number): RangeTask {
  if (last === undefined) return task;
  const { firstInputBytes: _first, ...limits } = task.limits;
  return {
    ...task,
    limits,
    from: last.to,
    firstCut: last.cut + 1,
    ...(task.mostRows === undefined ? {} : { mostRows: task.mostRows - rows }),
  };
}
