import * as z from 'zod';
import { planOfVersion1Schema } from './plan-of-version-1.js';
import { planFrame } from './plan.js';
import type { Plan } from './plan.js';
import type { Range } from './lay-ranges.js';
import type { Task } from './task.js';

const neighbours = {
  pass: z.int().min(0),
  /** The first of the inputs, which follow each other. */
  input: z.int().min(0),
  /** Of each input: where its ranges meet, with their begin and their end. */
  offsets: z.array(z.array(z.int().min(0))),
};

const buckets = z.int().min(1);

/** Tasks that follow each other in a stage, in few bytes: a plan may have 100,000. */
const storedTasksSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('range'), ...neighbours }),
  z.object({ kind: z.literal('copy'), ...neighbours }),
  z.object({ kind: z.literal('split'), ...neighbours, buckets }),
  /** One for each bucket from `first` to before `end`. */
  z.object({
    kind: z.literal('gather'),
    pass: z.int().min(0),
    buckets,
    first: z.int().min(0),
    end: z.int().min(1),
  }),
  z.object({ kind: z.literal('query'), pass: z.int().min(0) }),
  z.object({ kind: z.literal('join'), pass: z.int().min(0), first: z.int().min(0), end: z.int().min(1) }),
  z.object({
    kind: z.literal('versions'),
    pass: z.int().min(0),
    input: z.int().min(0),
    inputs: z.int().min(1),
    bytes: z.int().min(0),
    share: z.int().min(0),
    shares: z.int().min(1),
  }),
]);
type StoredTasks = z.infer<typeof storedTasksSchema>;

/**
 * A plan of version 3 has `provenance`, and one of version 4 has `groups` or `deletions`, which workers of earlier versions would pass over.
 * Nothing else differs.
 */
const planOfVersions2To4Schema = z
  .object({ schemaVersion: z.literal([2, 3, 4]), ...planFrame, stages: z.array(z.array(storedTasksSchema)) })
  .transform(({ schemaVersion: _version, stages, ...plan }): Plan => {
    return { ...plan, stages: stages.map(tasksOfStage) };
  });

/** The content of `plan.json`, of every version that may be stored. The first one written holds. */
export const planSchema = z.discriminatedUnion('schemaVersion', [
  planOfVersion1Schema,
  planOfVersions2To4Schema,
]);

/** The text of `plan.json`, which `planSchema` reads. */
export function planText({ stages, ...plan }: Plan): string {
  const without = plan.provenance === undefined ? 2 : 3;
  const schemaVersion = plan.groups === undefined && plan.deletions === undefined ? without : 4;
  return JSON.stringify({ schemaVersion, ...plan, stages: stages.map(storedStage) });
}

function tasksOfStage(stage: readonly StoredTasks[]): Task[] {
  const tasks: Task[] = [];
  for (const stored of stage) {
    switch (stored.kind) {
      case 'range':
      case 'copy': {
        const { kind } = stored;
        for (const range of rangesOf(stored)) tasks.push({ kind, ...range });
        break;
      }
      case 'split': {
        const { kind, buckets: count } = stored;
        for (const range of rangesOf(stored)) tasks.push({ kind, buckets: count, ...range });
        break;
      }
      case 'gather': {
        const { kind, pass, first, end, buckets: count } = stored;
        for (let bucket = first; bucket < end; bucket += 1)
          tasks.push({ kind, pass, bucket, buckets: count });
        break;
      }
      case 'query':
      case 'join':
      case 'versions':
        tasks.push(stored);
        break;
      default:
        stored satisfies never;
    }
  }
  return tasks;
}

type StoredRanges = Exclude<StoredTasks, { kind: 'gather' | 'query' | 'join' | 'versions' }>;

function* rangesOf({ pass, input, offsets }: StoredRanges): Generator<Range> {
  for (const [index, ofInput] of offsets.entries()) {
    let start = ofInput[0] ?? 0;
    for (const end of ofInput.slice(1)) {
      yield { pass, input: input + index, start, end };
      start = end;
    }
  }
}

function storedStage(tasks: readonly Task[]): StoredTasks[] {
  const stage: StoredTasks[] = [];
  for (const task of tasks) addTask(stage, task);
  return stage;
}

function addTask(stage: StoredTasks[], task: Task): void {
  switch (task.kind) {
    case 'range':
    case 'copy': {
      const last = stage.at(-1);
      if (last?.kind !== task.kind || !isContinued(last, task)) {
        const { kind, pass, input, start, end } = task;
        stage.push({ kind, pass, input, offsets: [[start, end]] });
      }
      break;
    }
    case 'split': {
      const last = stage.at(-1);
      if (last?.kind !== 'split' || last.buckets !== task.buckets || !isContinued(last, task)) {
        const { kind, pass, input, start, end, buckets: count } = task;
        stage.push({ kind, pass, input, offsets: [[start, end]], buckets: count });
      }
      break;
    }
    case 'gather': {
      const { kind, pass, bucket, buckets: count } = task;
      const last = stage.at(-1);
      const isNext =
        last?.kind === 'gather' && last.pass === pass && last.buckets === count && last.end === bucket;
      if (isNext) last.end += 1;
      else stage.push({ kind, pass, buckets: count, first: bucket, end: bucket + 1 });
      break;
    }
    case 'query':
    case 'join':
    case 'versions':
      stage.push(task);
      break;
    default:
      task satisfies never;
  }
}

/** Adds a range to the ones before it, if it goes on from the last of them or is the first of the next input. */
function isContinued({ pass, input, offsets }: StoredRanges, range: Range): boolean {
  const place = range.input - input;
  if (pass !== range.pass || place > offsets.length || place < offsets.length - 1) return false;
  const ofInput = offsets[place];
  if (ofInput === undefined) offsets.push([range.start, range.end]);
  else if (ofInput.at(-1) === range.start) ofInput.push(range.end);
  else return false;
  return true;
}
