import {
  INDEXED_TYPES,
  INDEX_FOLDER,
  INDEX_SCHEMA_VERSION,
  indexKey,
  indexPrefix,
  indexWithoutIds,
  readIndexKey,
} from '@millrace/cohort';
import type { IndexBuild, IndexTask, IndexedInput } from '@millrace/cohort';
import type { PinnedInput } from '@millrace/storage';
import type { BackgroundTask, TaskContext, TaskStatus } from '../background-task.js';
import { failItem } from '../failed-item.js';
import { checkLimit } from '../task-limit.js';

/** A source as far as it is indexed. */
interface ListedSource {
  readonly name: string;
  list(resourceType: string): Promise<readonly PinnedInput[]>;
}

/** The outcome for one file. `crashed`: the thread that read it ended, most likely out of memory, and would end again. */
export type IndexOutcome = IndexBuild | { readonly kind: 'crashed' };

export interface IdIndexerPorts {
  readonly sources: Iterable<ListedSource>;
  readonly store: {
    list(prefix: string, after?: string): AsyncIterable<{ readonly key: string; readonly modifiedAt: Date }>;
    createIfAbsent(key: string, body: Uint8Array): Promise<unknown>;
    remove(keys: readonly string[]): Promise<void>;
  };
  /** Builds an index, or a part of it, away from the event loop. May be repeated. */
  build(task: IndexTask, stop: AbortSignal): Promise<IndexOutcome>;
  /** Is told what became of a file, and how long that took. */
  readonly onIndexed: (of: IndexedInput, outcome: IndexOutcome, durationMs: number) => void;
  /** Is told how many files have no index when an activation ends. */
  readonly onPending: (files: number) => void;
}

export interface IdIndexerStatus extends TaskStatus {
  /** Files of the sources that are to have an index. */
  files: number;
  /** Those of them that have none at the end. */
  pending: number;
  built: number;
  /** Of damaged files. */
  partial: number;
  removedObjects: number;
}

/** How long a large plain file is read in one activation. */
const BUILD_MS = 8_000;
const KEYS_AT_ONCE = 1_000;

/**
 * Keeps an id index of each file of the sources that holds patients or groups, and removes the indexes of files that are gone or
 * have changed. A file is indexed once, by one process.
 *
 * @throws TaskLimitError
 */
export function createIdIndexer(
  ports: IdIndexerPorts,
  options: {
    /** Objects of files that are gone must not have changed for this long. */
    readonly minAgeMs: number;
    /** Most files that one activation indexes, and objects that it removes. */
    readonly maxPerActivation: number;
  },
): BackgroundTask<IdIndexerStatus> {
  const { maxPerActivation: limit, minAgeMs } = options;
  const name = 'id_indexer';
  checkLimit(name, 'maxPerActivation', limit);
  return {
    name,
    description:
      'indexes the ids of patients and groups in the sources, and removes indexes of files that are gone',
    periodSecs: 15,
    newStatus: () => ({ limit, files: 0, pending: 0, built: 0, partial: 0, removedObjects: 0, errors: [] }),
    async activate(context, status) {
      const { live, isComplete } = await listInputs(ports.sources, status);
      status.files = live.size;
      const stored = await listObjects(ports.store);
      const pending = [...live].filter(([key]) => !stored.has(key));
      status.pending = pending.length;
      await indexAll(
        ports,
        pending.slice(0, limit).map(([, of]) => of),
        context,
        status,
      );
      ports.onPending(status.pending);
      // A source that could not be listed may have any file.
      if (!isComplete) return;
      status.cutoff = context.now() - minAgeMs;
      await removeStale(ports.store, live, stored, status);
    },
    level: ({ built, partial, removedObjects }) =>
      partial > 0 ? 'warn' : built + removedObjects > 0 ? 'info' : 'debug',
  };
}

/** The files that are to have an index, by the keys of their indexes. */
async function listInputs(
  sources: Iterable<ListedSource>,
  status: IdIndexerStatus,
): Promise<{ readonly live: ReadonlyMap<string, IndexedInput>; readonly isComplete: boolean }> {
  const live = new Map<string, IndexedInput>();
  let isComplete = true;
  for (const source of sources) {
    for (const resourceType of INDEXED_TYPES) {
      try {
        for (const input of await source.list(resourceType)) {
          const of = { source, resourceType, input };
          live.set(indexKey(of), of);
        }
      } catch (error) {
        isComplete = false;
        failItem(status, `${source.name}/${resourceType}`, error);
      }
    }
  }
  return { live, isComplete };
}

async function listObjects(store: IdIndexerPorts['store']): Promise<ReadonlyMap<string, Date>> {
  const objects = new Map<string, Date>();
  for await (const { key, modifiedAt } of store.list(INDEX_FOLDER)) objects.set(key, modifiedAt);
  return objects;
}

async function indexAll(
  { store, build, onIndexed }: IdIndexerPorts,
  pending: readonly IndexedInput[],
  { signal, halt }: TaskContext,
  status: IdIndexerStatus,
): Promise<void> {
  for (const file of pending) {
    if (signal.aborted) return;
    const { source, resourceType, input } = file;
    const startedAt = performance.now();
    try {
      const task = { source: source.name, resourceType, input, forMs: BUILD_MS };
      const outcome = await build(task, halt);
      onIndexed(file, outcome, performance.now() - startedAt);
      switch (outcome.kind) {
        case 'built':
          status.built += 1;
          status.pending -= 1;
          if (!outcome.isWhole) status.partial += 1;
          await removeOthers(store, file);
          break;
        case 'damaged':
          await removeOthers(store, file);
          break;
        case 'crashed':
          // Without an index, kick-offs would wait for one for ever. This one leaves the answer to the export.
          await store.createIfAbsent(indexKey(file), await indexWithoutIds(file));
          status.partial += 1;
          status.pending -= 1;
          await removeOthers(store, file);
          break;
        case 'unfinished':
        case 'changed':
          break;
        default:
          outcome satisfies never;
      }
    } catch (error) {
      if (halt.aborted) return;
      failItem(status, `${source.name}/${input.key}`, error);
    }
  }
}

/** Removes the runs of which an index was merged, or which are damaged. */
async function removeOthers(store: IdIndexerPorts['store'], of: IndexedInput): Promise<void> {
  const runs: string[] = [];
  for await (const { key } of store.list(indexPrefix(of))) if (key !== indexKey(of)) runs.push(key);
  if (runs.length > 0) await store.remove(runs);
}

/** Removes objects of files that the sources do not have. Those of a newer version of this program stay. */
async function removeStale(
  store: IdIndexerPorts['store'],
  live: ReadonlyMap<string, IndexedInput>,
  stored: ReadonlyMap<string, Date>,
  status: IdIndexerStatus,
): Promise<void> {
  const prefixes = new Set([...live.values()].map((of) => indexPrefix(of)));
  const stale: string[] = [];
  for (const [key, modifiedAt] of stored) {
    const name = readIndexKey(key);
    if (name === undefined || name.schemaVersion > INDEX_SCHEMA_VERSION || prefixes.has(name.prefix))
      continue;
    if (modifiedAt.getTime() <= (status.cutoff ?? 0)) stale.push(key);
    if (stale.length >= status.limit) break;
  }
  for (let at = 0; at < stale.length; at += KEYS_AT_ONCE) {
    const some = stale.slice(at, at + KEYS_AT_ONCE);
    await store.remove(some);
    status.removedObjects += some.length;
  }
}
