import { resourceTypeOf, subjectOfTable } from '@millrace/export';
import type { ExportRequest, PassSubject, Plan, Subject, Task } from '@millrace/export';
import { inputsOf, planRanges } from '@millrace/run';
import type { Source } from '@millrace/storage';
import { bucketsFor } from './buckets-for.js';

/** The part of a request that says what is read. */
interface PlannedRequest extends Pick<ExportRequest, 'sql'> {
  /** In request order; one of blocks is the last. */
  readonly subjects: readonly Subject[];
}

interface PlanTerms {
  /** Size of a shard of a plain input. */
  readonly shardBytes: number;
  /** Whether there can be rows of a resource type; all are read without it. */
  isRead?(resourceType: string): boolean;
  /** How many patients the filter leaves, if there is one. */
  readonly patients?: number | undefined;
}

/**
 * Pins the inputs of a source and cuts them into ranges: the first stage of a plan, which evaluates views or copies lines.
 * Where there are queries, the first stage makes their tables, and the second one all outputs.
 * Where blocks are asked for, it copies the lines of resources to buckets, and a second stage makes the blocks of each.
 *
 * @param signal ends the work, with its reason
 * @throws InputsNotUnderstoodError when a type that is read has no input, and there are files that nobody reads
 */
export async function proposePlan(
  source: Source,
  request: PlannedRequest,
  { shardBytes, isRead = () => true, patients }: PlanTerms,
  signal?: AbortSignal,
): Promise<Plan> {
  const { subjects } = request;
  const reading = readingSubjects(request);
  const planned = await planRanges(
    inputsOf(source),
    reading.map(({ subject }) => subject),
    shardBytes,
    { isRead, signal },
  );
  const pinned = planned.inputs.map(({ input }) => input);
  const passes = planned.passes.map(({ resourceType, subjects: places }) => {
    return { resourceType, subjects: places.flatMap((place) => reading[place]?.index ?? []) };
  });
  const { ranges } = planned;
  const subjectOf = ({ pass }: { readonly pass: number }): Subject | undefined =>
    (passes[pass]?.subjects ?? []).flatMap((index) => subjects[index] ?? [])[0];
  const frame = { inputs: pinned, notices: [...planned.notices] };
  const rangeTasks = ranges.map((range): Task => ({ kind: taskKindOf(subjectOf(range)), ...range }));
  const queries = subjects.flatMap(({ kind }, index) => (kind === 'sql' ? [index] : []));
  if (queries.length > 0) {
    const isOfTable = ({ pass }: Task): boolean => (passes[pass]?.subjects[0] ?? 0) >= subjects.length;
    const tables = rangeTasks.filter(isOfTable);
    const first = passes.length;
    const making = [
      ...queries.map((_, at): Task => ({ kind: 'query', pass: first + at })),
      ...rangeTasks.filter((task) => !isOfTable(task)),
    ];
    const stages = [tables, making].filter(({ length }) => length > 0);
    return {
      ...frame,
      passes: [...passes, ...queries.map((index) => ({ resourceType: 'Library', subjects: [index] }))],
      stages,
      outputs: subjects.map(() => ({ stage: stages.length - 1 })),
    };
  }
  if (subjects.at(-1)?.kind !== 'blocks') {
    const stages = rangeTasks.length === 0 ? [] : [rangeTasks];
    return { ...frame, passes, stages, outputs: subjects.map(() => ({ stage: 0 })) };
  }
  const split = ranges.filter((range) => subjectOf(range)?.kind === 'resources');
  const buckets = bucketsFor(
    split.map(({ input, start, end }) => ({ bytes: end - start, compression: pinned[input]?.compression })),
    { shardBytes, patients },
  );
  const first = ranges.map((range): Task => {
    return subjectOf(range)?.kind === 'resources'
      ? { kind: 'split', buckets, ...range }
      : { kind: taskKindOf(subjectOf(range)), ...range };
  });
  const pass = passes.length;
  const second = Array.from({ length: split.length === 0 ? 0 : buckets }, (_, bucket): Task => {
    return { kind: 'gather', pass, bucket, buckets };
  });
  return {
    ...frame,
    passes: [...passes, { resourceType: 'Patient', subjects: [subjects.length - 1] }],
    stages: [first, second].filter(({ length }) => length > 0),
    // No stage but the second makes parts of blocks, and it makes none of resources.
    outputs: subjects.map(({ kind }) => ({ stage: kind === 'deletions' ? 0 : 1 })),
  };
}

/** Subjects and tables that are made of lines, each under the index that passes and parts use. Queries and blocks are not. */
function readingSubjects(
  request: PlannedRequest,
): readonly { readonly index: number; readonly subject: PassSubject }[] {
  const { subjects, sql } = request;
  return [
    ...subjects.flatMap((subject, index) => {
      if (subject.kind === 'sql' || subject.kind === 'blocks') return [];
      const isAlone = subject.kind !== 'view';
      return [{ index, subject: { resourceType: resourceTypeOf(subject), isAlone } }];
    }),
    ...(sql?.tables ?? []).flatMap((table, at) => {
      if (table.kind !== 'view') return [];
      const subject = { resourceType: String(table.view['resource']), isAlone: false, isTable: true };
      return [{ index: subjectOfTable(request, at), subject }];
    }),
  ];
}

/** The kind of the tasks that make the rows of a subject, or of a table, from its lines. */
function taskKindOf(subject: Subject | undefined): 'range' | 'copy' {
  switch (subject?.kind) {
    case 'view':
    case undefined:
      return 'range';
    case 'resources':
    case 'deletions':
      return 'copy';
    case 'blocks':
    case 'sql':
      throw new Error(`a subject of the kind ${subject.kind} is not made from lines`);
    default:
      return subject satisfies never;
  }
}
