import type { CheckResult } from './invariants/check-round.js';
import { isRemoved } from './invariants/round-seen.js';
import type { ExportSeen } from './invariants/round-seen.js';
import { listedFiles } from './invariants/stored-manifest.js';
import type { RoundResult } from './round/run-round.js';
import type { LogCounts } from './stack/log-counts.js';

/** The counts and the results of all rounds. */
export interface Summary {
  rounds: number;
  passed: number;
  failed: number;
  partsReused: number;
  leftovers: number;
  /** Exports in the store of whose kick-off no client got an answer. */
  untold: number;
  openUploads: number;
  readonly outcomes: Map<string, number>;
  readonly faults: Map<string, number>;
  readonly problems: string[];
}

export function emptySummary(): Summary {
  return {
    rounds: 0,
    passed: 0,
    failed: 0,
    partsReused: 0,
    leftovers: 0,
    untold: 0,
    openUploads: 0,
    outcomes: new Map(),
    faults: new Map(),
    problems: [],
  };
}

export function addRound(
  summary: Summary,
  id: string,
  result: RoundResult,
  checks: readonly CheckResult[],
): void {
  summary.rounds += 1;
  summary.leftovers += result.leftovers.length;
  for (const kind of result.injected) count(summary.faults, kind);
  for (const seen of result.seen.exports) {
    count(summary.outcomes, outcomeOf(seen));
    summary.partsReused += partsReused(seen);
    if (seen.cancel !== 'never') count(summary.faults, 'cancel');
  }
  addChecks(summary, id, checks);
}

export function addChecks(summary: Summary, id: string, checks: readonly CheckResult[]): void {
  for (const { promise, problems } of checks) {
    if (problems.length === 0) summary.passed += 1;
    else summary.failed += 1;
    summary.problems.push(...problems.map((problem) => `${id}: not true that ${promise}: ${problem}`));
  }
}

/** The report; its last line counts the checks. */
export function summaryText(summary: Summary, logs: Readonly<LogCounts>): string {
  const lines = [
    `rounds               ${summary.rounds}`,
    `exports              ${counted(summary.outcomes)}`,
    `faults               ${counted(summary.faults)}`,
    `shards               ${logs.shardsStarted} started, ${logs.shardsResumed} resumed, ${logs.shardsRepeated} repeated, ${logs.handedBack} handed back`,
    `parts reused         ${summary.partsReused}`,
    `leases lost          ${logs.leasesLost}`,
    `writes fenced        ${logs.writesFenced}`,
    `messages redelivered ${logs.deliveredAgain}`,
    `manifests adopted    ${logs.manifestsAdopted}`,
    `kick-offs undone     ${logs.kickOffsUndone}`,
    `for the sweeper      ${summary.leftovers} objects that no manifest lists, ${summary.untold} exports that nobody was told of, ${summary.openUploads} open uploads`,
    ...summary.problems,
    `${summary.passed} passed, ${summary.failed} failed`,
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** The outcome of an export as the report has it. */
export function outcomeOf(seen: ExportSeen): string {
  return seen.manifest?.outcome ?? (isRemoved(seen) ? 'removed' : 'open');
}

/** Parts that were listed although the attempt that wrote them did not finish its shard. */
function partsReused({ manifest }: ExportSeen): number {
  const attempts = new Map<string, Map<string, number>>();
  for (const { key } of listedFiles(manifest)) {
    const [, , step = '', attempt = ''] = key.split('/');
    const parts = attempts.get(step) ?? new Map<string, number>();
    attempts.set(step, parts.set(attempt, (parts.get(attempt) ?? 0) + 1));
  }
  let reused = 0;
  for (const parts of attempts.values()) {
    // Tokens grow, so the last attempt in order is the one that finished.
    const inOrder = [...parts].sort(([a], [b]) => a.localeCompare(b)).map(([, n]) => n);
    reused += inOrder.slice(0, -1).reduce((sum, n) => sum + n, 0);
  }
  return reused;
}

function count(into: Map<string, number>, what: string): void {
  into.set(what, (into.get(what) ?? 0) + 1);
}

function counted(counts: ReadonlyMap<string, number>): string {
  const sorted = [...counts].sort(([a], [b]) => a.localeCompare(b));
  return sorted.map(([what, n]) => `${n} ${what}`).join(', ') || 'none';
}
