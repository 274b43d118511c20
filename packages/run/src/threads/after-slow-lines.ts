import type { Cut } from '@millrace/export';
import type { Span } from '../range/range-task.js';
import type { RangeRequest } from './thread-messages.js';
import { writingApart } from './writing-apart.js';

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
    oneByOne,
  };
  const ending = `${oneByOne.length}-`;
  if (request.kind === 'copy') {
    const partPrefix = `${task.partPrefix}${ending}`;
    return { kind: 'copy', task: { ...request.task, ...rest, partPrefix } };
  }
  const { mostRows } = request.task;
  // The rows of its cuts count too.
  const limit = mostRows === undefined ? {} : { mostRows: mostRows - rows };
  return { kind: 'run', task: { ...writingApart(request.task, ending), ...rest, ...limit } };
}
