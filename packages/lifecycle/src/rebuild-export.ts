import { ArtefactError, NewerVersionError, exportObjectKey } from '@millrace/export';
import type { ExportRecord, JobStore, LostExport } from '@millrace/export';
import type { ObjectStore } from '@millrace/storage';
import { readManifest, readRequest } from './artefacts.js';
import type { Dispatcher } from './dispatcher.js';

export interface RebuildPorts {
  readonly jobs: Pick<JobStore, 'read' | 'restore' | 'endRetention'>;
  readonly store: Pick<ObjectStore, 'read'>;
  readonly dispatcher: Pick<Dispatcher, 'nudge'>;
  /** An export that was accepted longer ago, and of which nothing is decided, is not run again. */
  readonly longestRunMs: number;
  /** Milliseconds since the epoch. */
  now(): number;
}

/**
 * Restores an export that Redis does not know, if the object store has it: there is a request, no mark of a
 * deletion, and its retention has not ended. An export that has ended gets the state of its manifest; any
 * other one runs again from its plan, which pins the same inputs.
 *
 * @returns undefined when there is no such export
 * @throws NewerVersionError when only a newer version knows what becomes of it
 */
export async function rebuildExport(
  ports: RebuildPorts,
  tenant: string,
  exportId: string,
): Promise<ExportRecord | undefined> {
  const lost = await rememberedExport(ports, tenant, exportId);
  if (lost === undefined) return undefined;
  await ports.jobs.restore(lost);
  // The process that found it there may have withdrawn it since its mark was looked for.
  if (lost.state !== 'accepted' && (await isDeleted(ports.store, tenant, exportId)))
    await ports.jobs.endRetention(exportId);
  if (lost.state === 'accepted') ports.dispatcher.nudge();
  return ports.jobs.read(exportId);
}

async function rememberedExport(
  { store, longestRunMs, now }: Omit<RebuildPorts, 'jobs' | 'dispatcher'>,
  tenant: string,
  exportId: string,
): Promise<LostExport | undefined> {
  if (await isDeleted(store, tenant, exportId)) return undefined;
  const request = await readRequest(store, tenant, exportId).catch((error: unknown) => {
    if (error instanceof ArtefactError) return undefined;
    throw error;
  });
  if (request === undefined) return undefined;
  const { id, tenant: ownTenant, client, bulk, idempotency } = request;
  const named = {
    id,
    tenant: ownTenant,
    client,
    ...(bulk === undefined ? {} : { isBulk: true }),
    ...(idempotency === undefined ? {} : { idempotency }),
  };
  const acceptedAt = Date.parse(request.acceptedAt);

  const manifest = await readManifest(store, tenant, exportId);
  if (manifest === undefined) {
    return acceptedAt + longestRunMs > now() ? { ...named, acceptedAt, state: 'accepted' } : undefined;
  }
  const expiresAt = Date.parse(manifest.expiresAt);
  if (expiresAt <= now()) return undefined;
  return {
    ...named,
    acceptedAt,
    state: manifest.outcome,
    ...(manifest.startedAt === undefined ? {} : { startedAt: Date.parse(manifest.startedAt) }),
    endedAt: Date.parse(manifest.endedAt),
    expiresAt,
    ...(manifest.outcome === 'failed' ? { failure: manifest.failure } : {}),
  };
}

async function isDeleted(
  store: Pick<ObjectStore, 'read'>,
  tenant: string,
  exportId: string,
): Promise<boolean> {
  return (await store.read(exportObjectKey(tenant, exportId, 'deleted'))) !== undefined;
}

/** Whether `rebuildExport` could put an export back. */
export async function isRemembered(
  ports: Omit<RebuildPorts, 'jobs' | 'dispatcher'>,
  tenant: string,
  exportId: string,
): Promise<boolean> {
  return (await rememberedExport(ports, tenant, exportId)) !== undefined;
}

/**
 * A job store whose `read` asks the object store for exports that Redis has lost. All ids are those of one
 * tenant.
 */
export function rebuildingReads(jobs: JobStore, ports: Omit<RebuildPorts, 'jobs'>, tenant: string): JobStore {
  return {
    ...jobs,
    read: async (id) => (await jobs.read(id)) ?? rebuildExport({ ...ports, jobs }, tenant, id),
    async poll(id, by, terms) {
      const polled = await jobs.poll(id, by, terms);
      if (polled !== undefined) return polled;
      const record = await rebuildExport({ ...ports, jobs }, tenant, id);
      return record && { record, isTooOften: false, toldMs: undefined };
    },
  };
}

/** A part of the object store that was looked through. */
export interface SweptPart {
  /** Where the next call goes on; undefined at the end. */
  readonly next: string | undefined;
  /** Ids of the exports that were put back. */
  readonly rebuilt: readonly string[];
  /** How many are left to processes of a newer version. */
  readonly ofNewer: number;
}

/**
 * Looks through a bounded part of the object store for exports that Redis has lost.
 *
 * @param after where an earlier call stopped; undefined starts over
 */
export async function sweepLostExports(
  ports: Omit<RebuildPorts, 'store'> & { readonly store: Pick<ObjectStore, 'read' | 'list'> },
  after: string | undefined,
  maxKeys: number,
): Promise<SweptPart> {
  const rebuilt: string[] = [];
  let ofNewer = 0;
  let seen = 0;
  for await (const { key } of ports.store.list('', after)) {
    const [, tenant, exportId] = REQUEST_KEY.exec(key) ?? [];
    if (tenant !== undefined && exportId !== undefined && (await ports.jobs.read(exportId)) === undefined) {
      const outcome = await rebuildUnlessNewer(ports, tenant, exportId);
      if (outcome === 'newer') ofNewer += 1;
      else if (outcome === 'rebuilt') rebuilt.push(exportId);
    }
    seen += 1;
    if (seen >= maxKeys) return { next: key, rebuilt, ofNewer };
  }
  return { next: undefined, rebuilt, ofNewer };
}

/** An export of a newer version is put back by a process of that version, and keeps no other one waiting. */
async function rebuildUnlessNewer(
  ports: RebuildPorts,
  tenant: string,
  exportId: string,
): Promise<'rebuilt' | 'over' | 'newer'> {
  try {
    return (await rebuildExport(ports, tenant, exportId)) === undefined ? 'over' : 'rebuilt';
  } catch (error) {
    if (error instanceof NewerVersionError) return 'newer';
    throw error;
  }
}

const REQUEST_KEY = /^([^/]+)\/([^/]+)\/request\.json$/;
