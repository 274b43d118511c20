import { setTimeout as delay } from 'node:timers/promises';
import type { FaultScene } from '../faults/fault.js';
import { INJECT } from '../faults/inject.js';
import { unlistedKeys } from '../invariants/check-listing.js';
import type { ExportSeen, RoundSeen } from '../invariants/round-seen.js';
import type { Random } from '../random.js';
import type { FaultKind } from '../schedule/fault-kind.js';
import type { PlannedFault, RoundPlan } from '../schedule/plan-round.js';
import { comesTrue } from '../stack/until.js';
import type { Stack } from '../stack/start-breakable-stack.js';
import type { ApiClient } from './api-client.js';
import { followExport, plannedExport } from './follow-export.js';
import type { FollowedExport, Followers } from './follow-export.js';
import { lookBack } from './look-back.js';

export interface RoundTools {
  readonly stack: Stack;
  readonly clients: readonly [ApiClient, ...ApiClient[]];
  readonly random: Random;
  /** How long exports may take to end once everything is healed. */
  readonly patienceMs: number;
  /** How long the services have for their own clean-up. */
  readonly cleanUpMs: number;
  readonly listedBefore: ReadonlyMap<string, string>;
  /** Answers that no fault explains; emptied by each round. */
  readonly oddAnswers: string[];
  /** Processes that misbehaved; emptied by each round. */
  readonly unruly: string[];
}

export interface RoundResult {
  readonly seen: RoundSeen;
  /** Faults that found something to break. */
  readonly injected: readonly FaultKind[];
  /** Objects that no manifest lists, after the services' own clean-up. */
  readonly leftovers: readonly string[];
  readonly durationMs: number;
}

/** Starts exports, breaks things meanwhile, heals them, waits for the end of all exports, and looks at everything. */
export async function runRound(tools: RoundTools, plan: RoundPlan): Promise<RoundResult> {
  const startedAt = performance.now();
  const { stack, clients, random } = tools;
  const giveUp = new AbortController();
  const exports = plan.exports.map(plannedExport);
  const followers: Followers = { stack, clients, random, giveUp: giveUp.signal };
  const followed = Promise.all(exports.map((each) => followExport(followers, each)));
  const scene: FaultScene = {
    stack,
    random,
    complain: (line) => tools.unruly.push(line),
    excuse: (exportId) => excuse(exports, exportId),
    running: () => runningIds(exports),
  };

  const injected = await injectAll(scene, plan.faults);
  await stack.heal();
  const patience = setTimeout(() => giveUp.abort(), tools.patienceMs);
  await followed;
  clearTimeout(patience);

  const seen: ExportSeen[] = [];
  for (const each of exports) {
    if (each.id !== undefined) seen.push(await lookBack(each, each.id, clients, stack));
  }
  const leftovers = await leftoversOf(tools, seen);
  return {
    seen: {
      exports: seen,
      keys: await stack.store.keys(),
      listedBefore: tools.listedBefore,
      oddAnswers: tools.oddAnswers.splice(0),
      unruly: tools.unruly.splice(0),
    },
    injected,
    leftovers,
    durationMs: performance.now() - startedAt,
  };
}

async function injectAll(scene: FaultScene, faults: readonly PlannedFault[]): Promise<FaultKind[]> {
  const outcomes = await Promise.all(
    faults.map(async (fault) => {
      await delay(fault.atMs);
      return (await INJECT[fault.kind](scene, fault)) ? [fault.kind] : [];
    }),
  );
  return outcomes.flat();
}

function excuse(exports: readonly FollowedExport[], exportId: string): void {
  const excused = exports.find(({ id }) => id === exportId);
  if (excused) excused.mayFail = true;
}

function runningIds(exports: readonly FollowedExport[]): string[] {
  return exports.flatMap(({ id, isOver }) => (id === undefined || isOver ? [] : [id]));
}

/** Waits a while for the services to clean up. */
async function leftoversOf(
  { stack, cleanUpMs }: RoundTools,
  exports: readonly ExportSeen[],
): Promise<readonly string[]> {
  let left: string[] = [];
  await comesTrue(async () => {
    left = unlistedKeys({ exports, keys: await stack.store.keys() });
    return left.length === 0;
  }, cleanUpMs);
  return left;
}
