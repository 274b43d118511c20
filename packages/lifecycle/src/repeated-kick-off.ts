import type { ExportRequest, Idempotency, JobStore, KeyHolder, Owner } from '@millrace/export';
import type { ObjectStore } from '@millrace/storage';
import { readRequest } from './artefacts.js';
import { undoKickOff } from './delete-export.js';
import { KeysUnsureError } from './recover-keys.js';
import type { KeyRecovery } from './recover-keys.js';

export interface RepeatPorts {
  readonly keys: KeyRecovery;
  readonly jobs: Pick<JobStore, 'holderOf' | 'discard' | 'read'>;
  readonly store: Pick<ObjectStore, 'createIfAbsent' | 'read' | 'list' | 'remove'>;
}

/** How a kick-off stands to the export that holds its idempotency key. */
export type Repetition =
  /** It is the kick-off of this export once more. */
  | { readonly kind: 'repeated'; readonly request: ExportRequest }
  /** The export was started by another request. */
  | { readonly kind: 'mismatched' }
  /** The first kick-off has not been answered yet. It may still fail. */
  | { readonly kind: 'underway' };

/** A kick-off that prepares its export for longer has died: it is answered within a few seconds, or fails. */
const DIED_MS = 30_000;

/**
 * Looks for the export that a kick-off with the same idempotency key has started.
 *
 * @returns undefined when the key is free
 * @throws StoreUnavailableError; KeysUnsureError
 */
export async function findRepetition(
  ports: RepeatPorts,
  owner: Owner,
  idempotency: Idempotency,
): Promise<Repetition | undefined> {
  const holder = await certainHolder(ports, owner, idempotency.key);
  return holder && judgeHolder(ports, holder, owner, idempotency);
}

async function certainHolder(
  { jobs, keys }: RepeatPorts,
  owner: Owner,
  key: string,
): Promise<KeyHolder | undefined> {
  const holder = await jobs.holderOf(owner, key);
  if (holder !== 'unsure') return holder;
  await keys.recovered();
  const later = await jobs.holderOf(owner, key);
  if (later === 'unsure') throw new KeysUnsureError();
  return later;
}

/**
 * How a kick-off relates to the export that holds its key. A kick-off that died gives the key back: its steps
 * are undone, so that the client that repeats it does not wait for a background task.
 *
 * @returns undefined when the key is free by now
 */
export async function judgeHolder(
  { jobs, store }: Pick<RepeatPorts, 'jobs' | 'store'>,
  holder: KeyHolder,
  { tenant }: Owner,
  { request }: Idempotency,
): Promise<Repetition | undefined> {
  const { id } = holder;
  if (holder.isPreparing && holder.ageMs >= DIED_MS) {
    // Should it be alive after all, it cannot be activated any more.
    if (await undoKickOff({ jobs, store }, { id, tenant })) return undefined;
  }
  if (holder.request !== request) return { kind: 'mismatched' };
  if (holder.isPreparing) return { kind: 'underway' };
  return { kind: 'repeated', request: await readRequest(store, tenant, id) };
}
