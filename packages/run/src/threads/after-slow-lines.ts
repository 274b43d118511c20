import type { Cut } from '@millrace/export';
import type { Span } from '../range/range-task.js';
import type { RangeRequest } from './thread-messages.js';

/** The progress of a range that was ended: its last recorded cut, and the counts until then. */
export interface Reached {
  cut: Cut | undefined;
  resources: number;
  rows: number;
}

/**
 * The task that goes on where another one was ended because the scan took too long for some lines: it evaluates them one
 * by one, so that the line shows which is too costly, if any is by itself.
 */
export function afterSlowLines(
  request: RangeRequest,
  { cut, rows }: Pick<Reached, 'cut' | 'rows'>,
  lines: Span,
): RangeRequest {
  const { task } = request;
  const oneByOne = [...(task.oneByOne ?? []), { from: lines.from, to: lines.to }];
  const rest = {
    ...(cut === undefined ? {} : { from: cut.to, firstCut: cut.cut + 1 }),
    // Parts that the stopped task stored but did not record must not collide with new ones.
    partPrefix: `${task.partPrefix}${oneByOne.length}-`,
    oneByOne,
  };
  if (request.kind === 'copy') return { kind: 'copy', task: { ...request.task, ...rest } };
  const { mostRows } = request.task;
  // The rows of its cuts count too.
  const limit = mostRows === undefined ? {} : { mostRows: mostRows - rows };
  return { kind: 'run', task: { ...request.task, ...rest, ...limit } };
}
