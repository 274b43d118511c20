import { exportFolderOf } from '@millrace/export';
import type { ExportRecord, Retention } from '@millrace/export';
import type { FolderVerdict } from '@millrace/lifecycle';
import { PROBE_PREFIX } from '@millrace/storage';
import type { BackgroundTask, TaskContext, TaskStatus } from '../background-task.js';
import { failItem } from '../failed-item.js';
import { checkLimit } from '../task-limit.js';

interface ListedObject {
  readonly key: string;
  readonly modifiedAt: Date;
}

export interface OrphanSweeperPorts {
  readonly jobs: Retention;
  readonly store: {
    list(prefix: string, after?: string): AsyncIterable<ListedObject>;
    remove(keys: readonly string[]): Promise<void>;
  };
  readonly judge: (tenant: string, exportId: string) => Promise<FolderVerdict>;
  /** Removes a folder that is an orphan. May be repeated. */
  readonly removeFolder: (tenant: string, exportId: string) => Promise<void>;
  /** Whether the manifest of a completed export is there. */
  readonly hasManifest: (record: ExportRecord) => Promise<boolean>;
  /** Removes a record whose manifest is gone, and the rest of its files. May be repeated. */
  readonly dropRecord: (record: ExportRecord) => Promise<unknown>;
}

export interface OrphanSweeperStatus extends TaskStatus {
  /** Objects that were looked at. */
  listed: number;
  /** Records that were looked at. */
  records: number;
  removedFolders: number;
  removedObjects: number;
  droppedRecords: number;
}

const RECORDS = 500;
const KEYS_AT_ONCE = 1_000;

/** Where an activation goes on: first through all objects, then through all records, then from the start. */
type Place =
  | { readonly phase: 'objects'; readonly after?: string }
  | { readonly phase: 'records'; readonly skip: number };

/**
 * Removes objects without a record, and records whose objects are gone. It looks only into folders of
 * exports, and there only at objects that have not changed for `minAgeMs`.
 *
 * @throws TaskLimitError
 */
export function createOrphanSweeper(
  ports: OrphanSweeperPorts,
  options: { readonly minAgeMs: number; readonly maxListedKeys: number },
): BackgroundTask<OrphanSweeperStatus> {
  const { minAgeMs, maxListedKeys: limit } = options;
  const name = 'orphan_sweeper';
  checkLimit(name, 'maxListedKeys', limit);
  return {
    name,
    description: 'removes objects without a record, and records whose objects are gone',
    periodSecs: 3_600,
    newStatus: () => ({
      limit,
      listed: 0,
      records: 0,
      removedFolders: 0,
      removedObjects: 0,
      droppedRecords: 0,
      errors: [],
    }),
    async activate(context, status) {
      const place = placeOf(context.cursor);
      status.cutoff = context.now() - minAgeMs;
      const next =
        place.phase === 'objects'
          ? await sweepObjects(ports, place.after, context, status.cutoff, status)
          : await sweepRecords(ports, place.skip, context, status);
      if (next !== undefined) status.cursor = cursorOf(next);
    },
    level: ({ removedFolders, removedObjects, droppedRecords }) =>
      removedFolders + removedObjects + droppedRecords > 0 ? 'warn' : 'debug',
  };
}

async function sweepObjects(
  ports: OrphanSweeperPorts,
  after: string | undefined,
  { signal }: TaskContext,
  cutoff: number,
  status: OrphanSweeperStatus,
): Promise<Place> {
  let folder = '';
  let verdict: FolderVerdict = { kind: 'keep' };
  let strays: string[] = [];
  let last = after;

  async function removeStrays(): Promise<void> {
    const doomed = strays;
    strays = [];
    if (doomed.length === 0) return;
    try {
      await ports.store.remove(doomed);
      status.removedObjects += doomed.length;
    } catch (error) {
      failItem(status, folder, error);
    }
  }

  for await (const { key, modifiedAt } of ports.store.list('', after)) {
    if (signal.aborted || status.listed >= status.limit) {
      await removeStrays();
      return { phase: 'objects', ...(last === undefined ? {} : { after: last }) };
    }
    status.listed += 1;
    last = key;
    const found = exportFolderOf(key);
    if (found === undefined) {
      // A store that refused removals kept what it was probed with.
      if (key.startsWith(PROBE_PREFIX) && modifiedAt.getTime() <= cutoff) strays.push(key);
      continue;
    }
    if (found.prefix !== folder) {
      await removeStrays();
      folder = found.prefix;
      verdict = await verdictOf(ports, found, cutoff, status);
    }
    if (verdict.kind !== 'over' || verdict.kept.has(key) || modifiedAt.getTime() > cutoff) continue;
    strays.push(key);
    if (strays.length >= KEYS_AT_ONCE) await removeStrays();
  }
  await removeStrays();
  return { phase: 'records', skip: 0 };
}

/** The state of a folder. An orphan whose objects are all old enough is removed. */
async function verdictOf(
  ports: OrphanSweeperPorts,
  folder: { readonly tenant: string; readonly exportId: string; readonly prefix: string },
  cutoff: number,
  status: OrphanSweeperStatus,
): Promise<FolderVerdict> {
  const { tenant, exportId, prefix } = folder;
  try {
    const verdict = await ports.judge(tenant, exportId);
    if (verdict.kind === 'orphan' && (await isOlder(ports.store.list(prefix), cutoff))) {
      await ports.removeFolder(tenant, exportId);
      status.removedFolders += 1;
    }
    return verdict;
  } catch (error) {
    failItem(status, prefix, error);
    return { kind: 'keep' };
  }
}

/** False for no objects: somebody else has removed them in the meantime. */
async function isOlder(objects: AsyncIterable<ListedObject>, cutoff: number): Promise<boolean> {
  let isThere = false;
  for await (const { modifiedAt } of objects) {
    if (modifiedAt.getTime() > cutoff) return false;
    isThere = true;
  }
  return isThere;
}

async function sweepRecords(
  { jobs, store, hasManifest, dropRecord }: OrphanSweeperPorts,
  skip: number,
  { signal }: TaskContext,
  status: OrphanSweeperStatus,
): Promise<Place | undefined> {
  const records = await jobs.expired(Number.MAX_SAFE_INTEGER, RECORDS, skip);
  let kept = 0;
  for (const record of records) {
    if (signal.aborted) break;
    status.records += 1;
    try {
      if (record.state !== 'completed' || (await hasManifest(record))) kept += 1;
      else if (await isEmpty(store.list(''))) {
        // The folder is not mounted, or it is another bucket: missing objects then prove nothing.
        status.errors.push('the object store is empty, but Redis has records of completed exports');
        return undefined;
      } else {
        await dropRecord(record);
        status.droppedRecords += 1;
      }
    } catch (error) {
      kept += 1;
      failItem(status, record.id, error);
    }
  }
  return records.length < RECORDS && !signal.aborted ? undefined : { phase: 'records', skip: skip + kept };
}

async function isEmpty(objects: AsyncIterable<unknown>): Promise<boolean> {
  for await (const _ of objects) return false;
  return true;
}

function placeOf(cursor: string | undefined): Place {
  const [, phase, rest = ''] = /^(objects|records):(.*)$/s.exec(cursor ?? '') ?? [];
  if (phase === 'records') return { phase, skip: Number(rest) || 0 };
  return { phase: 'objects', ...(rest === '' ? {} : { after: rest }) };
}

function cursorOf(place: Place): string {
  return place.phase === 'records' ? `records:${place.skip}` : `objects:${place.after ?? ''}`;
}
