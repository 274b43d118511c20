import type { Cut } from '@millrace/export';
import { createMemorySink, createMemorySource } from '@millrace/storage/memory';
import type { PinnedInput, Sink, Source } from '@millrace/storage';
import { createCompiledViews } from '@millrace/viewdef';
import { evaluateRange } from '../range/evaluate-range.js';
import type { Control } from '../range/read-cut-by-cut.js';
import { createSuperseded } from '../versions/open-superseded.js';
import { createFilters } from '../range/open-filters.js';
import { createScans } from '../range/open-scans.js';
import type { RangeTask } from '../range/range-task.js';

/** A line. */
export const patient = (id: string, more: object = {}): string =>
  JSON.stringify({ resourceType: 'Patient', id, ...more });

/** A view of the ids. */
export const ids = { resource: 'Patient', select: [{ column: [{ name: 'id', path: 'id', type: 'id' }] }] };
export const names = {
  resource: 'Patient',
  select: [{ forEach: 'name', column: [{ name: 'family', path: 'family', type: 'string' }] }],
};

/** The result of a range. */
export interface Run {
  readonly cuts: Cut[];
  readonly sink: Sink;
  /** Text of the parts of a subject, in order. */
  text(subject: number): Promise<string>;
}

/** A source with these files. */
export async function source(files: Record<string, string | Uint8Array>): Promise<Source> {
  const contents = Object.entries(files).map(([key, content]) => [key, Buffer.from(content)] as const);
  return createMemorySource({ name: 'default', fhirVersion: 'R4', files: new Map(contents) });
}

/** Evaluates the first input of patients. */
export async function run(
  from: Source,
  {
    sink = createMemorySink(),
    ...more
  }: Partial<RangeTask> & { control?: () => Control; refuseCut?: number; sink?: Sink } = {},
): Promise<Run & { summary: Awaited<ReturnType<typeof evaluateRange>> }> {
  const [input] = await from.list('Patient');
  const cuts: Cut[] = [];
  const task = { ...taskFor(input as PinnedInput), ...more };
  const summary = await evaluateRange(task, {
    source: from,
    sink,
    compile: createCompiledViews(),
    openScan: createScans(),
    openFilter: createFilters((key) => sink.read(key)),
    openSuperseded: createSuperseded(sink.stream.bind(sink)),
    control: more.control ?? (() => 'run'),
    onUpload: () => undefined,
    onCut: async (cut) => {
      if (cut.cut === more.refuseCut) throw new Error('refused');
      cuts.push(cut);
    },
    now: () => 0,
  });
  if (summary.last) cuts.push(summary.last);
  return { summary, cuts, sink, text: (subject) => textOf(sink, cuts, subject) };
}

/** Text of the parts of a subject that some cuts have. */
export async function textOf(sink: Sink, cuts: readonly Cut[], subject: number): Promise<string> {
  const keys = cuts.flatMap(({ parts }) => parts).filter((part) => part.subject === subject);
  const bodies = await Promise.all(keys.map(({ key }) => sink.read(key)));
  return Buffer.concat(bodies.map((body) => body ?? new Uint8Array())).toString('utf8');
}

/** All of an input, for the ids. */
export function taskFor(input: PinnedInput): RangeTask {
  return {
    source: 'default',
    fhirVersion: 'R4',
    bases: [],
    resourceType: 'Patient',
    input,
    start: 0,
    end: input.bytes,
    from: 0,
    firstCut: 0,
    views: [{ subject: 0, view: ids }],
    engine: 'auto',
    format: 'ndjson',
    header: true,
    partPrefix: 't/e/shard-0/1-n/',
    limits: { partBytes: 1e9, partRows: 1e9, inputBytes: 1e9, seconds: 1e9 },
    malformedLines: 'fail',
  };
}
