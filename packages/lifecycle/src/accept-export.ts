import { setTimeout as delay } from 'node:timers/promises';
import { exportObjectKey, exportRequest, relationKey, requestPieces } from '@millrace/export';
import type {
  CreateResult,
  ExportOrder,
  ExportRecord,
  ExportRequest,
  Idempotency,
  JobStore,
  KeyHolder,
  NewExport,
  Owner,
} from '@millrace/export';
import type { Events } from '@millrace/observability';
import type { ObjectStore, Source } from '@millrace/storage';
import { bytesInRounds } from '@millrace/threads';
import type { BackgroundWork } from './background-work.js';
import { decideOutcome, endExport } from './end-export.js';
import { newExportId } from './export-id.js';
import { manifestHead } from './manifest-head.js';
import { KeysUnsureError } from './recover-keys.js';
import { findRepetition, judgeHolder } from './repeated-kick-off.js';
import type { RepeatPorts, Repetition } from './repeated-kick-off.js';
import type { EndPorts } from './ports.js';

export interface AcceptPorts extends EndPorts, RepeatPorts {
  readonly jobs: RepeatPorts['jobs'] & Pick<JobStore, 'create' | 'activate' | 'decide' | 'settle'>;
  readonly store: RepeatPorts['store'] & Pick<ObjectStore, 'createIfAbsent' | 'read' | 'remove'>;
  readonly sources: ReadonlyMap<string, Pick<Source, 'probe'>>;
  readonly background: BackgroundWork;
  readonly events: EndPorts['events'] & Pick<Events, 'kickOffUndone'>;
}

/** The answer to an order. */
export type Acceptance =
  | { readonly kind: 'accepted'; readonly request: ExportRequest }
  /** The tenant has `active` exports, the most that it may have. Nothing was begun. */
  | { readonly kind: 'full'; readonly active: number }
  /** An export holds the idempotency key. Nothing was begun. */
  | Repetition;

/** A client has its 503 within two seconds; a Redis that hangs takes one of them for the step that failed. */
const UNDO_WAIT_MS = 500;

/** Accepts an order whose source was reached. */
type Accept = () => Promise<Acceptance>;

/**
 * Accepts an order: creates a record that nobody sees, stores the files of its relations and then `request.json`, makes the
 * record visible, and queues its plan. A failing step undoes the ones before it, so that a client that was not told of an export
 * leaves nothing behind. The message is not such a step: any process dispatches a queued step.
 *
 * @throws SourceUnavailableError before anything is begun; KeysUnsureError; else what the failing step threw
 */
export async function acceptExport(
  ports: AcceptPorts,
  order: ExportOrder,
  owner: Owner,
): Promise<Acceptance> {
  const accept = await prepareExport(ports, order, owner);
  return accept();
}

/**
 * The first half of `acceptExport`, which begins nothing: it reaches the source.
 *
 * @returns the second half
 * @throws SourceUnavailableError
 */
export async function prepareExport(ports: AcceptPorts, order: ExportOrder, owner: Owner): Promise<Accept> {
  const { idempotency } = order;
  try {
    await ports.sources.get(order.source)?.probe();
  } catch (error) {
    // The export of a repeated kick-off needs no source to be named.
    const earlier = idempotency && (await findRepetition(ports, owner, idempotency));
    if (earlier === undefined) throw error;
    return () => Promise.resolve(earlier);
  }
  return () => beginExport(ports, order, owner);
}

async function beginExport(ports: AcceptPorts, order: ExportOrder, owner: Owner): Promise<Acceptance> {
  const { jobs, store } = ports;
  const { idempotency, files = [] } = order;
  const id = newExportId();
  const requestKey = exportObjectKey(owner.tenant, id, 'request');
  const relations = files.map(({ table, bytes }) => ({ key: relationKey(owner.tenant, id, table), bytes }));
  // The answer of a step may be lost after it took effect, so the step that failed is undone too.
  const undo: (() => Promise<unknown>)[] = [];
  try {
    undo.unshift(() => jobs.discard(id));
    const created = await create(ports, {
      id,
      ...owner,
      ...(order.bulk === undefined ? {} : { isBulk: true }),
      ...(idempotency === undefined ? {} : { idempotency }),
    });
    if (created.kind === 'full') return created;
    if (created.kind === 'held') return await overtaken(ports, created.holder, owner, idempotency);
    if (created.kind === 'exists') throw new Error(`export id ${id} was drawn twice`);
    const request = exportRequest(order, { id, ...owner, acceptedAt: created.at });

    // The request goes first: with it the export could be put back, and without its relations it could not be run.
    undo.unshift(() => store.remove([requestKey, ...relations.map(({ key }) => key)]));
    for (const { key, bytes } of relations) await store.createIfAbsent(key, bytes);
    await store.createIfAbsent(requestKey, await bytesInRounds(requestPieces(request)));

    // Once the request is gone, the record is all that is left of the export, and it ends as cancelled.
    undo.splice(1, 0, () => cancelUntold(ports, { id, ...owner, acceptedAt: created.at }));
    if ((await jobs.activate(id)) === 'refused') throw new Error(`export ${id} could not be activated`);
    ports.dispatcher.nudge();
    return { kind: 'accepted', request };
  } catch (error) {
    const undone = ports.background.run(() => undoAll(ports, id, undo, error));
    await Promise.race([undone, delay(UNDO_WAIT_MS, undefined, { ref: false })]);
    throw error;
  }
}

/** Exports that Redis may have lost are put back first where a key is sent: one of them may hold it. */
async function create(
  { jobs, keys }: Pick<AcceptPorts, 'jobs' | 'keys'>,
  export_: NewExport,
): Promise<Exclude<CreateResult, { kind: 'unsure' }>> {
  const created = await jobs.create(export_);
  if (created.kind !== 'unsure') return created;
  await keys.recovered();
  const later = await jobs.create(export_);
  if (later.kind === 'unsure') throw new KeysUnsureError();
  return later;
}

/** The kick-off is a repetition, or another one with its key came first. */
async function overtaken(
  ports: RepeatPorts,
  holder: KeyHolder,
  owner: Owner,
  idempotency: Idempotency | undefined,
): Promise<Repetition> {
  if (idempotency === undefined) throw new Error('a key that was not sent is held');
  return (await judgeHolder(ports, holder, owner, idempotency)) ?? { kind: 'underway' };
}

/** Ends an export that was made visible but of which no client was told. Its retention ends at once. */
async function cancelUntold(
  ports: AcceptPorts,
  record: Pick<ExportRecord, 'id' | 'tenant' | 'client' | 'acceptedAt'>,
): Promise<void> {
  const nonce = ports.nonce();
  const decided = await decideOutcome(ports, record.id, { outcome: 'cancelled', nonce });
  if (decided.kind !== 'deciding') return;
  const head = manifestHead(record, { writtenBy: nonce, endedAt: decided.at, expiresAt: decided.at });
  await endExport(ports, { ...head, outcome: 'cancelled' });
}

/** One step that cannot be undone does not keep the others from it. */
async function undoAll(
  { events }: AcceptPorts,
  exportId: string,
  undo: readonly (() => Promise<unknown>)[],
  reason: unknown,
): Promise<void> {
  let failed = 0;
  let err = reason;
  for (const step of undo) {
    try {
      await step();
    } catch (error) {
      failed += 1;
      err = error;
    }
  }
  events.kickOffUndone({ exportId, stepsFailed: failed, err });
}
