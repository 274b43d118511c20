import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalStack, ServiceProcess } from '@millrace/local-stack';
import type { BundledView } from '@millrace/samples';
import { interleaveAsync, median } from '../interleave.js';
import type { Candidate } from '../interleave.js';
import { rounded } from '../rounded.js';
import { fillInput } from '../run/fill-input.js';
import { HELP, millrace, node } from '../run/programs.js';
import { runWhole } from '../run/run-whole.js';

export interface StartTrial {
  readonly stack: LocalStack;
  readonly view: BundledView;
  /** A file of NDJSON for the view. */
  readonly input: string;
  readonly rounds: number;
}

/** How much of the file `millrace run` reads: next to nothing. */
const INPUT_BYTES = 20_000;

/** Seconds from the start of a process until it is ready, and their ratio to those of Node alone. */
export interface StartTime {
  readonly seconds: number;
  /** Median over the rounds of the ratio to Node in the same round. */
  readonly toNode: number;
}

/** Starts each program and each service again and again, in turns; commands are ready when they have ended. */
export async function measureStarts(
  { stack, view, input, rounds }: StartTrial,
  signal: AbortSignal,
): Promise<Readonly<Record<string, StartTime>>> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-start-'));
  try {
    const few = join(folder, 'few.ndjson');
    await fillInput(input, few, INPUT_BYTES);
    const job = { view, input: few, output: join(folder, 'rows.csv'), format: 'csv', threads: 1 } as const;
    const command =
      (line: readonly string[] = []) =>
      async (): Promise<number> =>
        (await runWhole(line, signal)).seconds;
    const candidates: Candidate<Promise<number>>[] = [
      { name: node.name, run: command(node.command(job)) },
      { name: 'millrace --help', run: command(HELP) },
      { name: 'millrace run', run: command(millrace.command(job)) },
      { name: 'api', run: () => secondsUntilReady(async () => (await stack.startApi()).service) },
      { name: 'worker', run: () => secondsUntilReady(() => stack.startWorker()) },
    ];
    return compareStarts(await interleaveAsync(candidates, rounds));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** @param start resolves when the service is ready */
async function secondsUntilReady(start: () => Promise<ServiceProcess>): Promise<number> {
  const startedAt = performance.now();
  const service = await start();
  const seconds = (performance.now() - startedAt) / 1000;
  await service.end('SIGKILL');
  return seconds;
}

/** @param rounds seconds of each round, by name; `node` among them */
export function compareStarts(
  rounds: ReadonlyMap<string, readonly number[]>,
): Readonly<Record<string, StartTime>> {
  const ofNode = rounds.get(node.name) ?? [];
  const times = [...rounds].map(([name, seconds]): [string, StartTime] => {
    const ratios = seconds.map((one, round) => one / (ofNode[round] ?? Number.NaN));
    return [name, { seconds: rounded(median(seconds)), toNode: rounded(median(ratios)) }];
  });
  return Object.fromEntries(times);
}
