import { setTimeout as delay } from 'node:timers/promises';
import type { Sighting } from '../invariants/round-seen.js';
import type { Random } from '../random.js';
import type { PlannedExport } from '../schedule/plan-round.js';
import { comesTrue } from '../stack/until.js';
import type { Stack } from '../stack/start-breakable-stack.js';
import type { ApiClient } from './api-client.js';

/** One export of a round as it goes on. */
export interface FollowedExport {
  readonly planned: PlannedExport;
  /** Undefined until its kick-off was answered. */
  id: string | undefined;
  cancel: 'never' | 'tried' | 'answered';
  isOver: boolean;
  mayFail: boolean;
  readonly sightings: Sighting[];
  /** Those of them that were asked for after a DELETE had been answered with 202. */
  readonly afterCancel: Sighting[];
}

export interface Followers {
  readonly stack: Stack;
  readonly clients: readonly [ApiClient, ...ApiClient[]];
  readonly random: Random;
  /** Aborted when there is no more patience. */
  readonly giveUp: AbortSignal;
}

const AGAIN_MS = 200;
const POLL_MS = 150;
const FINALIZE_POLL_MS = 10;
const FINALIZE_WAIT_MS = 30_000;

export function plannedExport(planned: PlannedExport): FollowedExport {
  return {
    planned,
    id: undefined,
    cancel: 'never',
    isOver: false,
    mayFail: false,
    sightings: [],
    afterCancel: [],
  };
}

/** Kicks an export off, cancels it if that is planned, and polls until it has ended. */
export async function followExport(followers: Followers, followed: FollowedExport): Promise<void> {
  const { planned } = followed;
  await delay(planned.atMs);
  followed.id = await persist(followers, (client) => client.kickOff(planned));
  const { id } = followed;
  if (id === undefined) return;
  await Promise.all([pollUntilOver(followers, followed, id), cancelAsPlanned(followers, followed, id)]);
}

async function pollUntilOver(followers: Followers, followed: FollowedExport, id: string): Promise<void> {
  const over = await persist(
    followers,
    async (client) => {
      const before = followed.cancel;
      const sighting = await client.sight(id);
      // The answer may have been on its way while that of the DELETE overtook it.
      if (before !== followed.cancel && sighting?.state !== 'gone') return undefined;
      return sighting?.state === 'running' ? undefined : sighting;
    },
    POLL_MS,
  );
  if (over === undefined) return;
  followed.isOver = true;
  followed.sightings.push(over);
}

async function cancelAsPlanned(followers: Followers, followed: FollowedExport, id: string): Promise<void> {
  const { cancel } = followed.planned;
  if (cancel === undefined) return;
  switch (cancel.kind) {
    case 'after':
      await delay(cancel.ms);
      break;
    case 'at-finalize':
      await finalizeIsDue(followers.stack, followed, id);
      break;
    case 'at-end':
      if (!(await endIsSeen(followers, followed))) return;
      break;
    default:
      cancel satisfies never;
  }
  followed.cancel = 'tried';
  const answer = await persist(followers, (client) => client.cancel(id));
  if (answer !== true) return;
  followed.cancel = 'answered';
  // At once, on every instance: nobody may say that it still runs.
  const seen = await Promise.all(followers.clients.map((client) => client.sight(id)));
  const answers = seen.filter((sighting) => sighting !== undefined);
  followed.sightings.push(...answers);
  followed.afterCancel.push(...answers);
}

/** Waits until all shards are done, or the export has ended without. */
async function finalizeIsDue({ jobs }: Stack, followed: FollowedExport, id: string): Promise<void> {
  await comesTrue(
    async () => {
      // Redis may be away: then there is nothing to race with.
      const record = await jobs.read(id).catch(() => undefined);
      return followed.isOver || (record !== undefined && record.shardsDone === record.shardsTotal);
    },
    FINALIZE_WAIT_MS,
    FINALIZE_POLL_MS,
  );
}

/** Waits until the end of an export was seen. False when there is no more patience. */
async function endIsSeen({ giveUp }: Followers, followed: FollowedExport): Promise<boolean> {
  while (!followed.isOver && !giveUp.aborted) await delay(POLL_MS);
  return followed.isOver;
}

/** Asks one instance after the other until there is an answer, or no patience. */
async function persist<Answer>(
  { clients, random, giveUp }: Followers,
  ask: (client: ApiClient) => Promise<Answer | undefined>,
  everyMs: number = AGAIN_MS,
): Promise<Answer | undefined> {
  while (!giveUp.aborted) {
    const answer = await ask(random.pick(clients));
    if (answer !== undefined) return answer;
    await delay(everyMs);
  }
  return undefined;
}
