import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { isRemoved } from '../invariants/round-seen.js';
import type { DownloadedFile, ExportSeen, Sighting } from '../invariants/round-seen.js';
import { parseManifest } from '../invariants/stored-manifest.js';
import type { Stack } from '../stack/start-breakable-stack.js';
import type { StoreView } from '../stack/store-view.js';
import { comesTrue } from '../stack/until.js';
import { filesOf } from './api-client.js';
import type { ApiClient } from './api-client.js';
import type { FollowedExport } from './follow-export.js';

type Clients = readonly [ApiClient, ...ApiClient[]];

const TRIES = 25;
const AGAIN_MS = 200;
const REMOVAL_MS = 10_000;

/**
 * Looks at an export that has ended from every side: asks each instance for its state, and fetches
 * everything.
 */
export async function lookBack(
  followed: FollowedExport,
  id: string,
  clients: Clients,
  stack: Pick<Stack, 'store' | 'activate'>,
): Promise<ExportSeen> {
  const sightings = [...followed.sightings];
  if (followed.isOver) {
    for (const client of clients) sightings.push(...(await settledSighting(client, id)));
  }
  const { cancel } = followed;
  const { operation } = followed.planned;
  const completed = sightings.find(({ state }) => state === 'completed');
  const hasGone = isRemoved({ operation, cancel, sightings });
  if (hasGone) await removalEnds(id, stack);
  return {
    id,
    operation,
    outputs: followed.planned.outputs,
    format: followed.planned.format,
    source: followed.planned.source,
    cancel,
    isOver: followed.isOver,
    mayFail: followed.mayFail,
    sightings,
    afterCancel: followed.afterCancel,
    files: completed === undefined || hasGone ? [] : await downloads(completed, id, clients),
    stillServed: completed !== undefined && hasGone ? await served(completed, id, clients) : [],
    manifest: await manifestOf(id, stack.store),
  };
}

/** With everything healed an instance must have an answer; without one, nothing is seen. */
async function settledSighting(client: ApiClient, id: string): Promise<Sighting[]> {
  const sighting = await insist(() => client.sight(id));
  return sighting === undefined ? [] : [sighting];
}

async function downloads(completed: Sighting, id: string, clients: Clients): Promise<DownloadedFile[]> {
  const files: DownloadedFile[] = [];
  for (const [index, { output, name }] of filesOf(completed.result).entries()) {
    const client = clients[index % clients.length] ?? clients[0];
    const body = await insist(() => client.file(id, name));
    if (body === undefined || body === 'gone') continue;
    const sha256 = createHash('sha256').update(body).digest('hex');
    files.push({ output, name, sha256, text: body.toString('utf8') });
  }
  return files;
}

/** Names of files of a removed export that an instance does not answer with 404. */
async function served(completed: Sighting, id: string, clients: Clients): Promise<string[]> {
  const names: string[] = [];
  for (const { name } of filesOf(completed.result))
    for (const client of clients)
      if ((await insist(() => client.file(id, name))) !== 'gone') names.push(name);
  return names;
}

/** Waits until the folder of a removed export is gone, or has its tombstone. */
async function removalEnds(
  id: string,
  { store, activate }: Pick<Stack, 'store' | 'activate'>,
): Promise<void> {
  const isRemovedFrom = async (): Promise<boolean> => {
    if ((await manifestOf(id, store))?.outcome === 'cancelled') return true;
    return ![...(await store.keys())].some((key) => key.split('/')[1] === id);
  };
  if (await comesTrue(isRemovedFrom, REMOVAL_MS)) return;
  // The API that was to remove it is dead: otherwise the task would take minutes to come to it.
  await activate('output_ttl_reaper');
  await comesTrue(isRemovedFrom, REMOVAL_MS);
}

async function manifestOf(id: string, store: StoreView): Promise<ExportSeen['manifest']> {
  const text = await store.read(`default/${id}/manifest.json`);
  return text === undefined ? undefined : parseManifest(text);
}

async function insist<Answer>(ask: () => Promise<Answer | undefined>): Promise<Answer | undefined> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await delay(AGAIN_MS);
  }
  return undefined;
}
