import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Part } from '@millrace/export';
import type { CopyTask, EnginePool, RangeFilter } from '@millrace/run';
import { writeIdSet } from '@millrace/scan';
import type { SourceConfig } from '@millrace/storage';
import { interleaveAsync } from '../interleave.js';
import { copiesOver, startEnginePool } from '../ranges/compose.js';
import { bytesOf } from '../ranges/range-tasks.js';
import type { BareWork } from './bare-work.js';
import { startBareThreads } from './bare-threads.js';
import type { BareThreads } from './bare-threads.js';

export interface BulkTrial {
  readonly source: SourceConfig & { readonly kind: 'file' };
  readonly types: readonly string[];
  readonly threads: number;
  readonly rounds: number;
}

/** Seconds of each round, and the bytes that were read and that came out. */
export interface BulkRuns {
  readonly inputBytes: number;
  readonly seconds: Readonly<Record<BulkCandidate, readonly number[]>>;
  readonly keptBytes: Readonly<Record<BulkCandidate, number>>;
}

/**
 * `bare` copies all bytes and `parse` parses all lines in bare loops. The others are exports by engine threads: of all
 * resources that are not too new, of those that were changed late, and of those of some patients.
 */
export const BULK_CANDIDATES = ['bare', 'parse', 'system', 'since', 'group'] as const;
export type BulkCandidate = (typeof BULK_CANDIDATES)[number];

/** The sample has resources of three years from here on, at any time of them. */
const FIRST_YEAR = Date.UTC(2024, 0);
const LAST_INSTANT = Date.UTC(2027, 0);
const KEPT_SHARE = 0.1;
const COHORT = 'cohort.ids';

/** All candidates by the same number of threads over the same ranges, in turns. */
export async function measureBulk(trial: BulkTrial, signal: AbortSignal): Promise<BulkRuns> {
  const { source, threads, rounds } = trial;
  const output = await mkdtemp(join(tmpdir(), 'millrace-bulk-'));
  await writeFile(join(output, COHORT), writeIdSet(await somePatients(source)));
  const pool = startEnginePool(threads, [source], output);
  const bare = startBareThreads(threads);
  const keptBytes = { bare: 0, parse: 0, system: 0, since: 0, group: 0 };
  const tasksFor = (filter: RangeFilter) => copiesOver(source, trial.types, filter);
  const all = await tasksFor({});
  const copied = async (name: BulkCandidate, filter: RangeFilter) => {
    const tasks = await tasksFor(filter);
    return async () => {
      const { seconds, bytes } = await runCopies(pool, tasks, output);
      keptBytes[name] = bytes;
      return seconds;
    };
  };
  const late = new Date(LAST_INSTANT - KEPT_SHARE * (LAST_INSTANT - FIRST_YEAR)).toISOString();
  const until = new Date(LAST_INSTANT).toISOString();
  const runs: Readonly<Record<BulkCandidate, () => Promise<number>>> = {
    bare: () => runBare(bare, all, source.root, join(output, 'bare')),
    parse: () => runBare(bare, all, source.root, undefined),
    system: await copied('system', { until }),
    since: await copied('since', { since: late, until }),
    group: await copied('group', { patients: COHORT, until }),
  };
  try {
    const results = await interleaveAsync(
      BULK_CANDIDATES.map((name) => ({
        name,
        async run() {
          signal.throwIfAborted();
          const seconds = await runs[name]();
          await settle(output);
          return seconds;
        },
      })),
      rounds,
    );
    const secondsOf = (name: BulkCandidate): readonly number[] => results.get(name) ?? [];
    return {
      inputBytes: bytesOf(all),
      seconds: {
        bare: secondsOf('bare'),
        parse: secondsOf('parse'),
        system: secondsOf('system'),
        since: secondsOf('since'),
        group: secondsOf('group'),
      },
      keptBytes,
    };
  } finally {
    await pool[Symbol.asyncDispose]();
    await bare[Symbol.asyncDispose]();
    await rm(output, { recursive: true, force: true });
  }
}

/** Lets the disk finish with the files that were removed, so that the next candidate does not pay for them. */
async function settle(folder: string): Promise<void> {
  await using handle = await open(folder);
  await handle.sync();
}

/** Every tenth patient. */
async function somePatients({ root }: { readonly root: string }): Promise<ReadonlySet<string>> {
  const lines = (await readFile(join(root, 'Patient.ndjson'), 'utf8')).trimEnd().split('\n');
  return new Set(
    lines
      .filter((_, index) => index % (1 / KEPT_SHARE) === 0)
      .map((line) => (JSON.parse(line) as { readonly id: string }).id),
  );
}

/** Seconds of bare loops over the ranges of tasks. @param output folder of the files; undefined where lines are parsed */
async function runBare(
  threads: BareThreads,
  tasks: readonly CopyTask[],
  root: string,
  output: string | undefined,
): Promise<number> {
  const work = tasks.map(({ input, start, end }, index): BareWork => {
    const how =
      output === undefined
        ? ({ kind: 'parse' } as const)
        : ({ kind: 'copy', to: join(output, `${index}.ndjson`) } as const);
    return { file: join(root, input.key), start, end, how };
  });
  if (output !== undefined) await mkdir(output, { recursive: true });
  const since = performance.now();
  await threads.run(work);
  const seconds = (performance.now() - since) / 1000;
  if (output !== undefined) await rm(output, { recursive: true });
  return seconds;
}

/** All ranges by engine threads. The files are removed afterwards, which is not measured. */
async function runCopies(
  pool: EnginePool,
  tasks: readonly CopyTask[],
  output: string,
): Promise<{ readonly seconds: number; readonly bytes: number }> {
  const parts: Part[] = [];
  const watch = {
    stop: new AbortController().signal,
    finishAtCut: new AbortController().signal,
    onCut: async (cut: { readonly parts: readonly Part[] }) => void parts.push(...cut.parts),
  };
  const since = performance.now();
  const summaries = await Promise.all(tasks.map((task) => pool.copy(task, watch)));
  const seconds = (performance.now() - since) / 1000;
  parts.push(...summaries.flatMap(({ last }) => last?.parts ?? []));
  for (const { partPrefix } of tasks) await rm(join(output, partPrefix), { recursive: true, force: true });
  return { seconds, bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0) };
}
