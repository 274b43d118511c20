import { setTimeout as delay } from 'node:timers/promises';
import { exportObjectKey, exportRequest, requestPieces } from '@millrace/export';
import type { ExportOrder, ExportRequest, JobStore } from '@millrace/export';
import { conclude, manifestHead } from '@millrace/lifecycle';
import type { Dispatcher } from '@millrace/lifecycle';
import type { Events } from '@millrace/observability';
import { refuse } from '@millrace/protocol';
import type { ObjectStore, Source } from '@millrace/storage';
import { bytesInRounds } from '@millrace/threads';
import type { BackgroundWork } from './background-work.js';
import { newExportId, newNonce } from './export-id.js';
import type { Owner } from './owner.js';

export interface KickOffPorts {
  readonly jobs: Pick<JobStore, 'create' | 'activate' | 'discard' | 'decide' | 'settle'>;
  readonly store: Pick<ObjectStore, 'createIfAbsent' | 'read' | 'remove'>;
  readonly dispatcher: Pick<Dispatcher, 'nudge'>;
  readonly sources: ReadonlyMap<string, Pick<Source, 'probe'>>;
  readonly background: BackgroundWork;
  readonly events: Pick<Events, 'kickOffUndone'>;
}

/** A client has its 503 within two seconds; a Redis that hangs takes one of them for the step that failed. */
const UNDO_WAIT_MS = 500;

/** When a client over its cap should ask again: exports take from seconds to hours. */
const RETRY_AFTER_SECONDS = 30;

/**
 * Accepts an order: a record that nobody sees, `request.json`, the record made visible and its plan queued. A step that
 * fails undoes the ones before it, so that a client that was not told of an export leaves nothing behind. The message
 * is no such step: what is queued has its turn whoever sends it.
 *
 * @throws ProtocolError 429 when the tenant has as many exports as it may; else what the failing step threw
 */
export async function kickOff(ports: KickOffPorts, order: ExportOrder, owner: Owner): Promise<ExportRequest> {
  const { jobs, store } = ports;
  await ports.sources.get(order.source)?.probe();
  const id = newExportId();
  const requestKey = exportObjectKey(owner.tenant, id, 'request');
  // The answer of a step may be lost after it took effect, so the step that failed is undone too.
  const undo: (() => Promise<unknown>)[] = [];
  try {
    undo.unshift(() => jobs.discard(id));
    const created = await jobs.create({ id, ...owner });
    if (created.kind === 'full') {
      undo.length = 0;
      throw tooManyExports(created.active);
    }
    if (created.kind === 'exists') throw new Error(`export id ${id} was drawn twice`);
    const request = exportRequest(order, { id, ...owner, acceptedAt: created.at });

    undo.unshift(() => store.remove([requestKey]));
    await store.createIfAbsent(requestKey, await bytesInRounds(requestPieces(request)));

    // After the request is gone: what is left of the export is a record that ends as cancelled.
    undo.splice(1, 0, () => withdraw(ports, { id, ...owner, acceptedAt: created.at }));
    if ((await jobs.activate(id)) === 'refused') throw new Error(`export ${id} could not be activated`);
    ports.dispatcher.nudge();
    return request;
  } catch (error) {
    if (undo.length === 0) throw error;
    const undone = ports.background.run(() => undoAll(ports, id, undo, error));
    await Promise.race([undone, delay(UNDO_WAIT_MS, undefined, { ref: false })]);
    throw error;
  }
}

function tooManyExports(active: number): Error {
  return refuse(
    429,
    'throttled',
    `${active} exports are under way, which is as many as there may be at a time; wait for one to end, or cancel one`,
    { retryAfter: RETRY_AFTER_SECONDS },
  );
}

/** Ends an export that was made visible but of which no client was told. */
async function withdraw(
  { jobs, store }: KickOffPorts,
  record: Owner & { id: string; acceptedAt: number },
): Promise<void> {
  const nonce = newNonce();
  const decided = await jobs.decide(record.id, { outcome: 'cancelled', nonce });
  if (decided.kind !== 'deciding') return;
  const at = { writtenBy: nonce, endedAt: decided.at, expiresAt: decided.at };
  await conclude({ jobs, store }, { ...manifestHead(record, at), outcome: 'cancelled' });
}

/** One step that cannot be undone does not keep the others from it. */
async function undoAll(
  { events }: KickOffPorts,
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
