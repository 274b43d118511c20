import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { DownloadedFile, ExportSeen, Sighting } from '../invariants/round-seen.js';
import { parseManifest } from '../invariants/stored-manifest.js';
import type { StoreView } from '../stack/store-view.js';
import { filesOf } from './api-client.js';
import type { ApiClient } from './api-client.js';
import type { FollowedExport } from './follow-export.js';

type Clients = readonly [ApiClient, ...ApiClient[]];

const TRIES = 25;
const AGAIN_MS = 200;

/**
 * Looks at an export that has ended from every side: asks each instance for its state, and fetches
 * everything.
 */
export async function lookBack(
  followed: FollowedExport,
  id: string,
  clients: Clients,
  store: StoreView,
): Promise<ExportSeen> {
  const sightings = [...followed.sightings];
  if (followed.isOver) {
    for (const client of clients) sightings.push(...(await settledSighting(client, id)));
  }
  const completed = sightings.find(({ state }) => state === 'completed');
  return {
    id,
    outputs: followed.planned.outputs,
    format: followed.planned.format,
    source: followed.planned.source,
    cancel: followed.cancel,
    isOver: followed.isOver,
    mayFail: followed.mayFail,
    sightings,
    files: completed === undefined ? [] : await downloads(completed, id, clients),
    manifest: await manifestOf(id, store),
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
    if (body === undefined) continue;
    const sha256 = createHash('sha256').update(body).digest('hex');
    files.push({ output, name, sha256, text: body.toString('utf8') });
  }
  return files;
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
