import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BundledView } from '@millrace/samples';
import { interleaveAsync } from '../interleave.js';
import type { PeerJob } from '../peers/peer.js';
import { fillInput } from './fill-input.js';
import type { Program } from './programs.js';
import { runWhole } from './run-whole.js';
import { compareWhole, meanOverViews } from './run-report.js';
import type { WholeComparison, WholeRounds } from './run-report.js';

export interface WholeTrial {
  /** Folder of `{type}.ndjson`. */
  readonly source: string;
  readonly views: readonly BundledView[];
  readonly programs: readonly Program[];
  /** Bytes of the inputs; the smallest shows what a start costs. */
  readonly sizes: readonly number[];
  readonly threads: readonly number[];
  readonly formats: readonly PeerJob['format'][];
  readonly rounds: number;
}

/** Each view over each input by all programs in turns, each run a process of its own. */
export async function measureWhole(trial: WholeTrial, signal: AbortSignal): Promise<readonly object[]> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-whole-'));
  const sizes = trial.sizes.toSorted((a, b) => a - b);
  const results: object[] = [];
  try {
    for (const type of new Set(trial.views.map(typeOf)))
      for (const size of sizes)
        await fillInput(join(trial.source, `${type}.ndjson`), inputOf(folder, type, size), size);
    for (const format of trial.formats)
      for (const threads of trial.threads) {
        const views: (readonly WholeComparison[])[] = [];
        for (const view of trial.views) {
          const rounds: WholeRounds[] = [];
          for (const size of sizes) {
            const input = inputOf(folder, typeOf(view), size);
            const job = { view, input, output: join(folder, `rows.${format}`), format, threads };
            const isSmallest = size === sizes[0];
            const programs = trial.programs.filter(({ isStart }) => isSmallest || isStart !== true);
            rounds.push(await measureInput(job, { ...trial, programs }, signal));
          }
          views.push(rounds.map((one) => compareWhole(one, rounds[0] ?? one)));
        }
        for (const [at, bytes] of sizes.entries()) {
          const compared = views.flatMap((sized) => sized[at] ?? []);
          results.push({ format, threads, bytes, meanMillraceTo: meanOverViews(compared), views: compared });
        }
      }
    return results;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function measureInput(
  job: PeerJob,
  { programs, rounds }: WholeTrial,
  signal: AbortSignal,
): Promise<WholeRounds> {
  const candidates = programs.flatMap(({ name, command }) => {
    const line = command(job);
    if (line === undefined) return [];
    const run = async () => {
      const measured = await runWhole(line, signal);
      await rm(job.output, { recursive: true, force: true });
      return measured;
    };
    return [{ name, run }];
  });
  const { size: bytes } = await stat(job.input);
  return { view: job.view.name, bytes, runs: await interleaveAsync(candidates, rounds) };
}

function typeOf({ view }: BundledView): string {
  return String(view.resource);
}

function inputOf(folder: string, type: string, size: number): string {
  return join(folder, `${type}-${size}.ndjson`);
}
