import { kickOff, readStatus } from '@millrace/client';
import type { ExportOrder } from '@millrace/client';
import { spreadOf } from '../spread.js';
import type { RedisUsage } from './redis-usage.js';
import { reportLatency } from './latency-report.js';
import type { LatencyReport, LevelResult } from './latency-report.js';

export interface LatencyTrial {
  readonly fhirUrl: string;
  readonly order: ExportOrder;
  /** How many exports are present when something is measured, rising. */
  readonly levels: readonly number[];
  /** Requests of each kind that are measured, one after the other. */
  readonly samples: number;
  usage(): Promise<RedisUsage>;
}

/** Kick-offs at a time while exports are only added. */
const FILLING = 8;

/** The first requests that a process answers are slow, with any number of exports. */
const WARM_UP = 50;

/** Adds exports that wait for a worker, level by level, and measures kick-offs and status requests at each. */
export async function measureLatency(trial: LatencyTrial, signal: AbortSignal): Promise<LatencyReport> {
  const present: string[] = [];
  const empty = await trial.usage();
  const add = async (): Promise<void> => {
    present.push(await kickOff(trial.fhirUrl, trial.order, { signal }));
  };
  for (let index = 0; index < WARM_UP; index += 1) {
    await add();
    await readStatus(present[index] ?? '', { signal });
  }
  const levels: LevelResult[] = [];
  for (const level of trial.levels) {
    await fill(level - present.length, add);
    const before = await trial.usage();
    const at = present.length;
    const kickOffs = await timed(trial.samples, add);
    const between = await trial.usage();
    const statuses = await timed(trial.samples, async (index) => {
      await readStatus(present[(index * 7919) % present.length] ?? '', { signal });
    });
    const after = await trial.usage();
    levels.push({
      present: at,
      kickOffMs: spreadOf(kickOffs),
      statusMs: spreadOf(statuses),
      commandsPerKickOff: (between.commands - before.commands) / trial.samples,
      commandsPerStatus: (after.commands - between.commands) / trial.samples,
      redisBytesPerExport: (after.memoryBytes - empty.memoryBytes) / present.length,
    });
  }
  return reportLatency(levels);
}

async function fill(count: number, add: () => Promise<void>): Promise<void> {
  let left = count;
  const loop = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await add();
    }
  };
  await Promise.all(Array.from({ length: FILLING }, loop));
}

async function timed(count: number, act: (index: number) => Promise<void>): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const start = performance.now();
    await act(index);
    times.push(performance.now() - start);
  }
  return times;
}
