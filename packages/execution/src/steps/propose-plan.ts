import { resourceTypeOf } from '@millrace/export';
import type { Plan, Subject, Task } from '@millrace/export';
import { inputsOf, planRanges } from '@millrace/run';
import type { Source } from '@millrace/storage';

/**
 * Pins the inputs of a source and cuts them into ranges: the one stage of a plan that evaluates views or copies lines.
 *
 * @param subjects in request order
 * @param isRead whether there can be rows of a resource type; all are read without it
 * @param signal ends the work, with its reason
 * @throws InputsNotUnderstoodError when a type that is read has no input, and there are files that nobody reads
 */
export async function proposePlan(
  source: Source,
  subjects: readonly Subject[],
  shardBytes: number,
  isRead: (resourceType: string) => boolean = () => true,
  signal?: AbortSignal,
): Promise<Plan> {
  const planned = subjects.map((subject) => {
    return { resourceType: resourceTypeOf(subject), isAlone: taskKindOf(subject) === 'copy' };
  });
  const { inputs, passes, ranges, notices } = await planRanges(inputsOf(source), planned, shardBytes, {
    isRead,
    signal,
  });
  const tasks = ranges.map((range): Task => {
    const [subject] = (passes[range.pass]?.subjects ?? []).flatMap((index) => subjects[index] ?? []);
    return { kind: subject === undefined ? 'range' : taskKindOf(subject), ...range };
  });
  return {
    inputs: inputs.map(({ input }) => input),
    passes,
    stages: tasks.length === 0 ? [] : [tasks],
    outputs: subjects.map(() => ({ stage: 0 })),
    notices: [...notices],
  };
}

/** The kind of the tasks that make the output of a subject. */
function taskKindOf(subject: Subject): 'range' | 'copy' {
  switch (subject.kind) {
    case 'view':
      return 'range';
    case 'resources':
    case 'deletions':
      return 'copy';
    default:
      return subject satisfies never;
  }
}
