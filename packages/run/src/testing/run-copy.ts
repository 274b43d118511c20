import type { Cut } from '@millrace/export';
import { createMemorySink } from '@millrace/storage/memory';
import type { PinnedInput, Sink, Source } from '@millrace/storage';
import { createCompiledViews } from '@millrace/viewdef';
import { copyRange } from '../copy/copy-range.js';
import { createCopyScans } from '../copy/open-copy-scans.js';
import { createDeletions } from '../deletions/open-deletions.js';
import { createSuperseded } from '../versions/open-superseded.js';
import { createFilters } from '../range/open-filters.js';
import type { CopyTask, RangeSummary } from '../range/range-task.js';
import { taskFor, textOf } from './run-range.js';

/** The result of a range that was copied. */
export interface Copied {
  readonly summary: RangeSummary;
  readonly cuts: readonly Cut[];
  /** The text of the parts of all cuts. */
  readonly text: string;
}

/** Copies the first input of a type, all of it unless the task says otherwise. */
export async function runCopy(
  from: Source,
  {
    sink = createMemorySink(),
    inputs,
    ...more
  }: Partial<CopyTask> & { readonly sink?: Sink; readonly inputs?: string } = {},
): Promise<Copied> {
  const [input] = await from.list(inputs ?? more.resourceType ?? 'Patient');
  const cuts: Cut[] = [];
  const { views: _views, format: _format, header: _header, ...frame } = taskFor(input as PinnedInput);
  const summary = await copyRange(
    { ...frame, subject: 0, ...more },
    {
      source: from,
      sink,
      compile: createCompiledViews(),
      openCopyScan: createCopyScans(),
      openFilter: createFilters((key) => sink.read(key)),
      openSuperseded: createSuperseded(sink.stream.bind(sink)),
      openDeletions: createDeletions((key) => sink.read(key)),
      control: () => 'run',
      onUpload: () => undefined,
      onCut: async (cut) => void cuts.push(cut),
      now: () => 0,
    },
  );
  if (summary.last) cuts.push(summary.last);
  return { summary, cuts, text: await textOf(sink, cuts, 0) };
}
