import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StackError } from './errors.js';
import { checkRound } from './invariants/check-round.js';
import type { CheckResult } from './invariants/check-round.js';
import type { Sighting } from './invariants/round-seen.js';
import { untoldExports } from './invariants/check-listing.js';
import { listedFiles } from './invariants/stored-manifest.js';
import { expectedRows } from './oracle/expected-rows.js';
import type { ExpectedRows } from './oracle/expected-rows.js';
import { ORACLE_QUERIES } from './oracle/queries.js';
import { ORACLE_VIEWS } from './oracle/views.js';
import { createRandom } from './random.js';
import { createApiClient } from './round/api-client.js';
import { checkAgain } from './round/check-again.js';
import { describeHangs } from './round/describe-hangs.js';
import { runRound } from './round/run-round.js';
import type { RoundResult, RoundTools } from './round/run-round.js';
import { faultsOn, usualFaults } from './schedule/fault-kind.js';
import type { FaultKind } from './schedule/fault-kind.js';
import { planRound } from './schedule/plan-round.js';
import type { SinkKind } from './schedule/sink-kind.js';
import { writeInput } from './stack/input-data.js';
import { createLogCounter } from './stack/log-counts.js';
import type { LogCounter } from './stack/log-counts.js';
import { LEASE_MS } from './stack/settings.js';
import { startBreakableStack } from './stack/start-breakable-stack.js';
import { addChecks, addRound, emptySummary, outcomeOf, summaryText } from './summary.js';
import type { Summary } from './summary.js';

export interface ChaosOptions {
  readonly seed: number;
  readonly sinks: readonly SinkKind[];
  /** Rounds are begun until this much time has passed; it is shared by the sinks. At least one each. */
  readonly minutes: number;
  /** Only this round of each sink. */
  readonly round?: number;
  /** Instead of the usual ones. */
  readonly faults?: readonly FaultKind[];
  readonly apis: number;
  readonly workers: number;
  readonly patients: number;
  readonly patienceMs: number;
  /** Keeps logs, data and output also when all went well. */
  readonly keep: boolean;
  readonly out: (line: string) => void;
  /** Ends the run after its round. */
  readonly stop: AbortSignal;
}

const WINDOW_MS = 6_000;
const CLEAN_UP_MS = 2 * LEASE_MS;

/** The state of a run: its options and all that it has made so far. */
interface Run {
  readonly options: ChaosOptions;
  readonly folder: string;
  readonly expected: ExpectedRows;
  readonly summary: Summary;
  readonly logs: LogCounter;
}

/** Runs rounds of chaos and reports. True when every promise was kept. */
export async function runChaos(options: ChaosOptions): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-chaos-'));
  options.out(`seed ${options.seed}, logs and data in ${folder}`);
  await writeInput(join(folder, 'data'), { seed: 1, patients: options.patients });
  const expected = await expectedRows(join(folder, 'data', 'default'));
  const run = { options, folder, expected, summary: emptySummary(), logs: createLogCounter() };
  let isKept = options.keep;
  try {
    for (const sink of options.sinks) await runOnSink(run, sink);
  } catch (error) {
    isKept = true;
    if (!(error instanceof StackError)) throw error;
    run.summary.failed += 1;
    run.summary.problems.push(error.message);
  } finally {
    isKept ||= run.summary.failed > 0;
    if (!isKept) await rm(folder, { recursive: true, force: true });
  }
  options.out(summaryText(run.summary, run.logs.counts));
  return run.summary.failed === 0;
}

async function runOnSink(run: Run, sink: SinkKind): Promise<void> {
  const { options, folder } = run;
  const oddAnswers: string[] = [];
  const unruly: string[] = [];
  const stack = await startBreakableStack({
    sink,
    apis: options.apis,
    workers: options.workers,
    data: join(folder, 'data'),
    folder: join(folder, sink),
    onLine: run.logs.add,
    onCrash: (text) => unruly.push(text),
    log: options.out,
  });
  try {
    const bulkIds = new Set<string>();
    const [first, ...others] = stack.apis.map(({ service, url }) =>
      createApiClient(service.name, url, (answer) => oddAnswers.push(answer), bulkIds),
    );
    if (first === undefined) throw new StackError('a stack without an API cannot be asked anything');
    const known = new Set<string>();
    const listedBefore = new Map<string, string>();
    const ends = new Map<string, Sighting>();
    const tools: Omit<RoundTools, 'random'> = {
      stack,
      clients: [first, ...others],
      patienceMs: options.patienceMs,
      cleanUpMs: CLEAN_UP_MS,
      listedBefore,
      oddAnswers,
      unruly,
    };
    const deadline = performance.now() + (options.minutes * 60_000) / options.sinks.length;
    for (let index = options.round ?? 0; ; index += 1) {
      const plan = planRound({
        seed: options.seed,
        sink,
        index,
        kinds: kindsFor(options, sink),
        views: [...ORACLE_VIEWS, ...ORACLE_QUERIES].map(({ name }) => name),
        resourceTypes: [...new Set(ORACLE_VIEWS.map(({ resource }) => resource))],
        windowMs: WINDOW_MS,
        leaseMs: LEASE_MS,
      });
      const result = await runRound(
        { ...tools, random: createRandom(`${options.seed}/${plan.id}/run`) },
        plan,
      );
      const checks = checkRound(result.seen, run.expected);
      addRound(run.summary, plan.id, result, checks);
      options.out(roundLine(plan.id, result, checks));
      for (const line of troubles(options, sink, index, checks)) options.out(line);
      for (const line of await describeHangs(stack, result.seen)) options.out(line);
      for (const { id, manifest, sightings } of result.seen.exports) {
        known.add(id);
        for (const { key } of listedFiles(manifest)) listedBefore.set(key, id);
        const end = sightings.at(-1);
        if (end !== undefined) ends.set(id, end);
      }
      const isLast = options.round !== undefined || performance.now() >= deadline || options.stop.aborted;
      if (isLast) break;
    }
    run.summary.openUploads += stack.store.openUploads();
    run.summary.untold += untoldExports(await stack.store.keys(), known);
    addChecks(run.summary, `${sink} at the end`, [await checkAgain(ends, tools.clients)]);
  } finally {
    await stack.stop();
  }
}

function kindsFor({ faults }: ChaosOptions, sink: SinkKind): FaultKind[] {
  const possible = faultsOn(sink);
  return faults === undefined ? usualFaults(sink) : possible.filter((kind) => faults.includes(kind));
}

function roundLine(id: string, result: RoundResult, checks: readonly CheckResult[]): string {
  const outcomes = result.seen.exports.map(outcomeOf).join(' ');
  const broken = checks.filter(({ problems }) => problems.length > 0).length;
  const seconds = (result.durationMs / 1000).toFixed(1);
  const verdict = broken === 0 ? 'ok' : `${broken} PROMISES BROKEN`;
  return `${id}: ${seconds} s | ${result.injected.join(' ') || 'no fault'} | ${outcomes} | ${verdict}`;
}

function troubles(
  { seed, faults }: ChaosOptions,
  sink: SinkKind,
  index: number,
  checks: readonly CheckResult[],
): string[] {
  const problems = checks.flatMap((check) =>
    check.problems.map((problem) => `  ${check.promise}? ${problem}`),
  );
  if (problems.length === 0) return [];
  const chosen = faults === undefined ? '' : ` --faults ${faults.join()}`;
  return [
    ...problems,
    `  again: npm run chaos -- --seed ${seed} --sink ${sink} --round ${index}${chosen} --keep`,
  ];
}
