import { resourceTypeOf } from '@millrace/export';
import type { Plan, Subject, Task } from '@millrace/export';
import { inputsOf, planRanges } from '@millrace/run';
import type { Source } from '@millrace/storage';
import { bucketsFor } from './buckets-for.js';

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
 * Where blocks are asked for, it copies the lines of resources to buckets, and a second stage makes the blocks of each.
 *
 * @param subjects in request order; one of blocks is the last
 * @param signal ends the work, with its reason
 * @throws InputsNotUnderstoodError when a type that is read has no input, and there are files that nobody reads
 */
export async function proposePlan(
  source: Source,
  subjects: readonly Subject[],
  { shardBytes, isRead = () => true, patients }: PlanTerms,
  signal?: AbortSignal,
): Promise<Plan> {
  const isInBlocks = subjects.at(-1)?.kind === 'blocks';
  const planned = (isInBlocks ? subjects.slice(0, -1) : subjects).map((subject) => {
    return { resourceType: resourceTypeOf(subject), isAlone: subject.kind !== 'view' };
  });
  const { inputs, passes, ranges, notices } = await planRanges(inputsOf(source), planned, shardBytes, {
    isRead,
    signal,
  });
  const pinned = inputs.map(({ input }) => input);
  const subjectOf = ({ pass }: { readonly pass: number }): Subject | undefined =>
    (passes[pass]?.subjects ?? []).flatMap((index) => subjects[index] ?? [])[0];
  const frame = { inputs: pinned, notices: [...notices] };
  if (!isInBlocks) {
    const tasks = ranges.map((range): Task => ({ kind: taskKindOf(subjectOf(range)), ...range }));
    const stages = tasks.length === 0 ? [] : [tasks];
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

/** The kind of the tasks that make the output of a subject from its lines. */
function taskKindOf(subject: Subject | undefined): 'range' | 'copy' {
  switch (subject?.kind) {
    case 'view':
    case undefined:
      return 'range';
    case 'resources':
    case 'deletions':
      return 'copy';
    case 'blocks':
      throw new Error('blocks are made from buckets, not from lines');
    case 'sql':
      throw new Error('SQL reads tables, not lines');
    default:
      return subject satisfies never;
  }
}
