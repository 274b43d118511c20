import type { Place } from '../range/evaluation-progress.js';
import type { RangeFault } from '../range/range-fault.js';
import type { RangeTask } from '../range/range-task.js';

/** Names of the columns that the paths of a view fill, by the number of the path; null for other paths. */
export type PathColumns = readonly (string | null)[];

/** The task that a place belongs to. */
export interface PlaceContext {
  /** Without an input only views are compiled. */
  readonly task: Pick<RangeTask, 'views'> & Partial<Pick<RangeTask, 'input'>>;
  readonly columns: ReadonlyMap<number, PathColumns>;
}

/** Evaluation that takes too long fails its export for good: another time it takes as long. */
export function overdueFault(place: Place, context: PlaceContext, limitMs: number): RangeFault {
  return tooCostly(place, context, `took longer than the ${limitMs / 1000} s that it may`, false);
}

/** The heap of a thread was too small; another time less of it may be taken by others. */
export function memoryFault(place: Place, context: PlaceContext, heapMb: number | undefined): RangeFault {
  const what = heapMb === undefined ? 'memory than' : `than the ${heapMb} MiB that`;
  return tooCostly(place, context, `took more ${what} a thread has`, true);
}

function tooCostly(place: Place, context: PlaceContext, what: string, retryable: boolean): RangeFault {
  const subject = place.kind === 'lines' ? undefined : place.subject;
  const diagnostics = `${workAt(place, context)} ${what}`;
  const expression = subject === undefined ? {} : { expression: [`subject[${subject}]`] };
  return { failure: { status: 422, code: 'too-costly', diagnostics, ...expression }, retryable };
}

/** Where the work stood, and for what: no value of a resource. */
function workAt(place: Place, { task, columns }: PlaceContext): string {
  const { input, views } = task;
  if (place.kind === 'lines') {
    return `evaluating the resources between the byte offsets ${place.from} and ${place.to} of ${input?.key}`;
  }
  const view = viewName(views.find(({ subject }) => subject === place.subject)?.view);
  if (place.kind === 'view') return `compiling ${view}`;
  const resource = `the resource at byte offset ${place.offset} of ${input?.key}`;
  if (place.subject === undefined) return `reading ${resource}`;
  const column = place.path === undefined ? undefined : columns.get(place.subject)?.[place.path];
  const what = column == null ? view : `column ${JSON.stringify(column)} of ${view}`;
  return `evaluating ${what} on ${resource}`;
}

function viewName(view: Readonly<Record<string, unknown>> | undefined): string {
  return typeof view?.['name'] === 'string'
    ? `the view ${JSON.stringify(view['name'])}`
    : 'a view without a name';
}
