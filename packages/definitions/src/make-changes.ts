import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ownRound } from '@millrace/threads';
import type { Change, ChangeOutcome, PlannedChange } from './change.js';
import { typeOfChange } from './change.js';
import type { Decisions } from './decisions.js';
import type { DefinitionCache } from './definition-cache.js';
import { DEFINITION_TYPES } from './definition-type.js';
import type { DefinitionType } from './definition-type.js';
import { DefinitionConflictError, EntryFailedError, refused } from './errors.js';
import type { LatestVersions } from './latest-versions.js';
import { planChange } from './plan-change.js';
import { pruneVersions } from './prune-versions.js';
import { withReferences } from './references.js';
import { contentFor } from './resource-text.js';
import type { StoredVersion } from './stored-version.js';
import type { VersionObjects } from './version-objects.js';

/** The stored definitions of one type. */
export interface TypeStore {
  readonly objects: VersionObjects;
  readonly cache: DefinitionCache;
  readonly latestVersions: () => Promise<LatestVersions>;
}

export interface ChangePorts {
  readonly stores: Readonly<Record<DefinitionType, TypeStore>>;
  readonly decisions: Decisions;
  /** That all definitions may take, in their latest versions. */
  readonly mostBytes: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export interface MadeChange {
  readonly outcome: ChangeOutcome;
  readonly type: DefinitionType;
  readonly id: string;
  /** The version that was stored or found; the tombstone of what was deleted, now or before. */
  readonly version: StoredVersion | undefined;
}

/** Changes that belong together: all of them are made, or none. */
export interface ChangeSet {
  readonly changes: readonly Change[];
  /** The positions of changes by the temporary URLs that resources of the set name them by. */
  readonly references: ReadonlyMap<string, number>;
}

/** A set that loses a race for a version is planned again, this often in all: twenty writers at once all come to their turn. */
const MOST_TRIES = 32;
/** One that meets a transaction that is being written has waited for it each time. */
const MOST_HELD = 8;
const RETRY_MS = 10;
const WRITES_AT_ONCE = 16;
const READS_AT_ONCE = 16;

/**
 * Makes changes. All are planned before the first is written. The versions of several changes are written so that they do not
 * count, and one object that is created if absent makes them count together: whenever a process dies, all of
 * them count or none.
 *
 * @throws EntryFailedError for the first change that cannot be made; DefinitionConflictError when others won every race
 */
export async function makeChanges(set: ChangeSet, ports: ChangePorts): Promise<readonly MadeChange[]> {
  const types = DEFINITION_TYPES.filter((type) => set.changes.some((one) => typeOfChange(one) === type));
  for (let tried = 0, held = 0; tried < MOST_TRIES && held < MOST_HELD; tried += 1) {
    // Those that have met once do not meet in the same way again.
    if (tried > 0) await delay(Math.random() * tried * RETRY_MS);
    const planned = await plan(set, types, ports);
    if (planned === undefined) {
      held += 1;
      continue;
    }
    const written = await write(planned, set.references, ports);
    if (written === undefined) continue;
    return planned.map(({ outcome, type, id, latest }, at) => {
      return { outcome, type, id, version: written[at] ?? latest };
    });
  }
  throw new DefinitionConflictError(set.changes.map(addressOf));
}

function addressOf(change: Change): string {
  const type = typeOfChange(change);
  const id = change.kind === 'delete' ? change.id : change.given.id;
  return id === undefined ? `a ${type}` : `${type}/${id.slice(0, 64)}`;
}

/** Undefined where another writer was faster than the cache, so that planning again helps. */
async function plan(
  { changes }: ChangeSet,
  types: readonly DefinitionType[],
  { stores, mostBytes }: ChangePorts,
): Promise<readonly PlannedChange[] | undefined> {
  const all = await Promise.all(
    DEFINITION_TYPES.map(async (type) => [type, await stores[type].latestVersions()] as const),
  );
  const latest = new Map(all);
  const deleted = new Map(types.map((type) => [type, new Set<string>()]));
  for (const change of changes) if (change.kind === 'delete') deleted.get(change.type)?.add(change.id);
  const planned: PlannedChange[] = [];
  for (let at = 0; at < changes.length; at += READS_AT_ONCE) {
    const slice = changes.slice(at, at + READS_AT_ONCE);
    const results = await Promise.allSettled(
      slice.map((change) => {
        const type = typeOfChange(change);
        const versions = latest.get(type);
        if (versions === undefined) throw new Error(`no definitions of ${type} were read`);
        const { objects } = stores[type];
        return planChange(change, { objects, latest: versions, deleted: deleted.get(type) ?? new Set() });
      }),
    );
    for (const [index, result] of results.entries()) {
      if (result.status === 'fulfilled') planned.push(result.value);
      else if (result.reason instanceof DefinitionConflictError) return undefined;
      else throw new EntryFailedError(at + index, result.reason);
    }
    await ownRound();
  }
  refuseOverlap(planned);
  const bytes = all.reduce((sum, [, versions]) => sum + versions.bytes, 0);
  refuseBeyondRoom(planned, bytes, mostBytes);
  return planned;
}

/** https://hl7.org/fhir/R4/http.html#trules: each resource once, also where a condition names it. */
function refuseOverlap(planned: readonly PlannedChange[]): void {
  const seen = new Map<string, number>();
  for (const [at, { type, id, next }] of planned.entries()) {
    const address = `${type}/${id}`;
    const other = seen.get(address);
    if (other === undefined) seen.set(address, at);
    else if (next !== undefined || planned[other]?.next !== undefined)
      throw new EntryFailedError(
        at,
        refused(
          400,
          'duplicate',
          `${address} is the resource of entry ${other}, too; each may be there once`,
        ),
      );
  }
}

function refuseBeyondRoom(planned: readonly PlannedChange[], bytes: number, mostBytes: number): void {
  let more = 0;
  for (const [at, { latest, next }] of planned.entries()) {
    if (next?.given === undefined) continue;
    more += Buffer.byteLength(next.given.text) - (latest?.content?.json.length ?? 0);
    if (more <= 0 || bytes + more <= mostBytes) continue;
    const diagnostics = `the stored definitions would have ${bytes + more} bytes, and the server keeps at most ${mostBytes}; delete some of them`;
    throw new EntryFailedError(at, refused(422, 'too-costly', diagnostics));
  }
}

/** Undefined where another writer took one of the versions: then none of them counts. */
async function write(
  planned: readonly PlannedChange[],
  references: ReadonlyMap<string, number>,
  ports: ChangePorts,
): Promise<readonly (StoredVersion | undefined)[] | undefined> {
  const ids = new Map<string, string>();
  for (const [url, at] of references) {
    const meant = planned[at];
    if (meant !== undefined) ids.set(url, `${meant.type}/${meant.id}`);
  }
  const count = planned.filter(({ next }) => next !== undefined).length;
  const transaction = count > 1 ? randomBytes(16).toString('hex') : undefined;
  const lastUpdated = new Date(ports.now()).toISOString();
  const versions: (StoredVersion | undefined)[] = [];
  for (const { id, next } of planned) {
    if (next === undefined) versions.push(undefined);
    else {
      await ownRound();
      const version = { id, version: next.version, lastUpdated };
      const content =
        next.given === undefined
          ? {}
          : { content: contentFor(withReferences(next.given.text, ids), version) };
      versions.push({ ...version, ...(transaction === undefined ? {} : { transaction }), ...content });
    }
  }
  if (count === 0) return versions;
  const changed = DEFINITION_TYPES.filter((type) => planned.some((one) => one.type === type && one.next));
  // First the announcement: if this process dies before `put`, others do not trust the cache without a listing.
  const announced = await Promise.all(changed.map((type) => ports.stores[type].cache.announceChange()));
  if (!(await storeAll(versions, planned, transaction, ports))) return undefined;
  for (const [index, type] of changed.entries()) {
    const ofType = versions.flatMap((version, at) =>
      planned[at]?.type === type && version !== undefined ? [version] : [],
    );
    await ports.stores[type].cache.put(ofType, announced[index]);
  }
  await prune(versions, planned, ports);
  return versions;
}

/** Versions that cannot be removed now are removed at the next look at the definition. The change was made in any case. */
async function prune(
  versions: readonly (StoredVersion | undefined)[],
  planned: readonly PlannedChange[],
  { stores, decisions, now }: ChangePorts,
): Promise<void> {
  for (const [at, version] of versions.entries()) {
    const type = planned[at]?.type;
    if (version === undefined || type === undefined) continue;
    await pruneVersions(stores[type].objects, decisions, version, now()).catch(() => undefined);
  }
}

/** False where another writer took one of the versions. */
async function storeAll(
  versions: readonly (StoredVersion | undefined)[],
  planned: readonly PlannedChange[],
  transaction: string | undefined,
  ports: ChangePorts,
): Promise<boolean> {
  if (transaction === undefined) return store(versions, planned, ports);
  const { decisions, stores } = ports;
  const keys = versions.flatMap((version, at) => {
    const type = planned[at]?.type;
    return version === undefined || type === undefined ? [] : [stores[type].objects.keyOf(version)];
  });
  const isWritten = await store(versions, planned, ports).catch(async (error: unknown) => {
    await decisions.decide(transaction, 'aborted', keys).catch(() => undefined);
    throw error;
  });
  return (await decisions.decide(transaction, isWritten ? 'committed' : 'aborted', keys)) === 'committed';
}

/**
 * In the order of their addresses, the first one alone: of several sets with the same definitions one goes on, and the others
 * have written nothing.
 */
async function store(
  versions: readonly (StoredVersion | undefined)[],
  planned: readonly PlannedChange[],
  { stores }: ChangePorts,
): Promise<boolean> {
  const wanted = versions
    .flatMap((version, at) => {
      const type = planned[at]?.type;
      return version === undefined || type === undefined ? [] : [{ type, version }];
    })
    .sort((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1));
  for (let at = 0; at < wanted.length; at += at === 0 ? 1 : WRITES_AT_ONCE) {
    const slice = wanted.slice(at, at === 0 ? 1 : at + WRITES_AT_ONCE);
    const created = await Promise.all(slice.map(({ type, version }) => stores[type].objects.create(version)));
    if (!created.every(Boolean)) return false;
  }
  return true;
}

function placeOf({
  type,
  version,
}: {
  readonly type: DefinitionType;
  readonly version: StoredVersion;
}): string {
  return `${type}/${version.id}`;
}
