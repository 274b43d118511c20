import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { relationKey, subjectOfTable } from '@millrace/export';
import type { ExportRequest, JobStore, Part, Plan, SqlRelationTable } from '@millrace/export';
import { plannedSteps } from '@millrace/lifecycle';
import { ObjectChangedError, ObjectMissingError } from '@millrace/storage';
import type { ObjectStore } from '@millrace/storage';
import { ExternalTableError } from './external-table-error.js';
import type { Queries } from './queries.js';
import { inFolder } from './query-folder.js';

/** A Parquet file of a table, as it is stored. */
export type StoredFile = Pick<Part, 'key' | 'bytes' | 'etag'> & {
  /** Where it is, unless it is in the store of the export. */
  readonly elsewhere?: { readonly store: Pick<ObjectStore, 'stream'>; readonly table: string };
};

interface Stored {
  readonly jobs: Pick<JobStore, 'parts'>;
  readonly store: Pick<ObjectStore, 'stat'>;
  readonly queries: Pick<Queries, 'externalTable'>;
}

/**
 * The stored files of tables of a request, by their ids, each in the order of its rows. A table without rows may have none.
 *
 * @throws ObjectMissingError, ObjectChangedError when the rows that were stored with the request are not there;
 *   ExternalTableError when this worker does not know an external table
 */
export async function filesOfTables(
  { jobs, store, queries }: Stored,
  request: ExportRequest,
  plan: Plan,
  tables: readonly SqlRelationTable[],
): Promise<ReadonlyMap<string, readonly StoredFile[]>> {
  const found = new Map<string, StoredFile[]>();
  const made = new Map<number, StoredFile[]>();
  for (const table of tables) {
    const files: StoredFile[] = [];
    found.set(table.id, files);
    switch (table.kind) {
      case 'view':
        made.set(subjectOfTable(request, (request.sql?.tables ?? []).indexOf(table)), files);
        break;
      case 'rows':
        files.push(await storedRows(store, request, table));
        break;
      case 'external':
        for (const file of externalFiles(queries, request, table)) files.push(file);
        break;
      default:
        table satisfies never;
    }
  }
  for (const { steps, tasks } of plannedSteps(plan)) {
    const making = steps.filter((_, at) => {
      const task = tasks[at];
      // The parts of others are no rows.
      const pass = task?.kind === 'range' ? plan.passes[task.pass] : undefined;
      return pass?.subjects.some((subject) => made.has(subject)) === true;
    });
    if (making.length === 0) continue;
    for (const part of (await jobs.parts(request.id, making)).flat()) made.get(part.subject)?.push(part);
  }
  return found;
}

function externalFiles(
  { externalTable }: Stored['queries'],
  { tenant }: ExportRequest,
  { named, files }: Extract<SqlRelationTable, { kind: 'external' }>,
): readonly StoredFile[] {
  const store = externalTable(tenant, named);
  if (store === undefined) throw new ExternalTableError(named, 'is not in the configuration of this worker');
  return files.map((file) => ({ ...file, elsewhere: { store, table: named } }));
}

async function storedRows(
  store: Stored['store'],
  { tenant, id }: ExportRequest,
  table: Extract<SqlRelationTable, { kind: 'rows' }>,
): Promise<StoredFile> {
  const key = relationKey(tenant, id, table.id);
  const entry = await store.stat(key);
  if (entry === undefined) throw new ObjectMissingError(key);
  const { bytes, etag } = entry;
  if (bytes !== table.bytes)
    throw new ObjectChangedError(key, { bytes: table.bytes, etag }, `it has ${bytes} bytes`);
  return { key, bytes, etag };
}

/**
 * Copies the files of tables to a local folder, one folder for each table.
 *
 * @returns their absolute paths by the ids of the tables
 * @throws ObjectChangedError, ObjectMissingError when one is not stored as it was committed; ExternalTableError when one of an
 *   external table was changed; QueryFolderError
 */
export async function bringTables(
  store: Pick<ObjectStore, 'stream'>,
  tables: ReadonlyMap<string, readonly StoredFile[]>,
  folder: string,
  stop: AbortSignal,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const brought: Record<string, readonly string[]> = {};
  for (const [id, files] of tables) {
    const ofTable = join(folder, id);
    await inFolder(() => mkdir(ofTable));
    const paths: string[] = [];
    for (const [index, { key, bytes, etag, elsewhere }] of files.entries()) {
      stop.throwIfAborted();
      const path = join(ofTable, `${index + 1}.parquet`);
      const from = elsewhere?.store ?? store;
      const content = from.stream(key, { start: 0, end: bytes }, { bytes, etag });
      try {
        await inFolder(() => pipeline(content, createWriteStream(path), { signal: stop }));
      } catch (error) {
        throw elsewhere === undefined ? error : ofExternal(elsewhere.table, error);
      }
      paths.push(path);
    }
    brought[id] = paths;
  }
  return brought;
}

/** A file that is not the one that was pinned stays so; other failures pass. */
function ofExternal(table: string, error: unknown): unknown {
  const isOther = error instanceof ObjectChangedError || error instanceof ObjectMissingError;
  if (!isOther) return error;
  return new ExternalTableError(table, 'was changed after the export was accepted', { cause: error });
}
