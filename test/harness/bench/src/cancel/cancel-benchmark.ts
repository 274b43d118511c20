import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cancelExport, kickOff } from '@millrace/client';
import type { LocalStack } from '@millrace/local-stack';
import type { BundledView } from '@millrace/samples';
import { BenchmarkError } from '../errors.js';
import { eventReader } from '../log-event.js';
import type { GeneratedSource } from '../source/provide-source.js';
import { spreadOf } from '../spread.js';
import { createWorkerStory } from './worker-story.js';
import type { WorkerStory } from './worker-story.js';

export interface CancelTrial {
  readonly source: GeneratedSource;
  readonly views: readonly BundledView[];
  readonly tries: number;
  readonly worker: Readonly<Record<string, string>>;
}

/** From the moment at which DELETE was sent, in ms. */
interface CancelTimes {
  /** To its 202. */
  readonly answered: number;
  /** Until no engine of the worker works on the export. */
  readonly engineStopped: number;
  /** Until nothing of its output is stored. */
  readonly outputGone: number;
  /** Until a shard of an export that had to wait was started. */
  readonly slotFree: number;
}

const LOOK_MS = 2;
/** Each try is cancelled a little later than the one before, up to this long after the first shard was started. */
const LATEST_MS = 1_500;
/** The fractions of its multiples fall evenly into any interval. */
const GOLDEN_RATIO = 0.618_033_988_749_895;

/** Cancels running exports, one after the other, each while another one waits for its slot. */
export async function measureCancel(stack: LocalStack, trial: CancelTrial, signal: AbortSignal) {
  const story = createWorkerStory();
  await stack.startWorker(trial.worker, eventReader(story.add));
  const times: CancelTimes[] = [];
  for (let index = 0; index < trial.tries; index += 1) {
    times.push(await cancelOne(stack, story, trial, ((index * GOLDEN_RATIO) % 1) * LATEST_MS, signal));
  }
  const of = (name: keyof CancelTimes) => {
    const values = times.map((one) => one[name]);
    return { ...spreadOf(values), max: Math.max(...values) };
  };
  return {
    tries: times.length,
    answeredMs: of('answered'),
    engineStoppedMs: of('engineStopped'),
    outputGoneMs: of('outputGone'),
    slotFreeMs: of('slotFree'),
  };
}

async function cancelOne(
  stack: LocalStack,
  story: WorkerStory,
  { source, views }: CancelTrial,
  afterMs: number,
  signal: AbortSignal,
): Promise<CancelTimes> {
  const order = {
    subjects: views.map(({ name, view }) => ({ name, resource: view })),
    format: 'ndjson' as const,
    source: source.name,
  };
  const start = async (): Promise<{ status: string; id: string }> => {
    const status = await kickOff(stack.api.fhirUrl, order, { signal });
    return { status, id: idOf(status) };
  };
  const first = await start();
  await comesTrue(() => story.startedAt(first.id), signal);
  const next = await start();
  await delay(afterMs, undefined, { signal });

  const sentAt = Date.now();
  if (story.startedAt(next.id) !== undefined)
    throw new BenchmarkError('the export to be cancelled ended too soon; give more --bytes');
  await cancelExport(first.status, { signal });
  const answered = Date.now() - sentAt;
  const folder = join(stack.outFolder, 'default', first.id);
  const gone = comesTrue(async () => ((await hasOutput(folder)) ? undefined : Date.now()), signal);
  const stopped = comesTrue(() => story.idleSince(first.id), signal);
  const freed = comesTrue(() => story.startedAt(next.id), signal);
  const times = {
    answered,
    engineStopped: Math.max(0, (await stopped) - sentAt),
    outputGone: Math.max(0, (await gone) - sentAt),
    slotFree: Math.max(0, (await freed) - sentAt),
  };
  await cancelExport(next.status, { signal });
  await comesTrue(() => story.idleSince(next.id), signal);
  return times;
}

function idOf(statusUrl: string): string {
  const id = /\/export\/([^/]+)\/status$/.exec(statusUrl)?.[1];
  if (id === undefined) throw new BenchmarkError(`${statusUrl} is not the address of a status`);
  return id;
}

/**
 * Whether anything is left that the steps wrote. The manifest, which says that the export was cancelled,
 * stays.
 */
async function hasOutput(folder: string): Promise<boolean> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.some((entry) => entry.isDirectory() || entry.name === 'plan.json');
}

async function comesTrue<T>(
  look: () => T | undefined | Promise<T | undefined>,
  signal: AbortSignal,
): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await delay(LOOK_MS, undefined, { signal });
  }
}
