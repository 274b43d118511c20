import type { ObjectStore } from '@millrace/storage';
import { ownRound } from '@millrace/threads';
import { actionSchema } from './action.js';
import type { Action, MetaData } from './action.js';
import { TableRefusedError } from './errors.js';

/** The state of a table behind its newest version. */
export interface TableState {
  /** -1: there is no table yet. */
  readonly version: number;
  readonly metaData: MetaData | undefined;
  /** Paths of the files that are in the table, as the log has them. */
  readonly files: ReadonlySet<string>;
  /** Files that are in it no more, with the time in milliseconds at which they were removed. */
  readonly removed: ReadonlyMap<string, number>;
  /** The version at which each writer that names itself was last there, by the name and its own number. */
  readonly writers: ReadonlyMap<string, { readonly number: number; readonly version: number }>;
}

/** The versions that this writer knows: https://github.com/delta-io/delta/blob/master/PROTOCOL.md#valid-feature-names-in-table-features */
const READER_VERSION = 1;
const WRITER_VERSION = 2;
/** A table with more is to be cleaned up by its owner. */
const MOST_COMMITS = 50_000;
/** It is parsed in one round of the event loop. */
const MOST_COMMIT_BYTES = 32 << 20;

/** Key of a version of the log of a table. */
export function logKey(table: string, version: number): string {
  return `${table}/_delta_log/${String(version).padStart(20, '0')}.json`;
}

/**
 * Reads the log of a table from its first version to its newest.
 *
 * @throws TableRefusedError when the log has begun later, has a gap, or needs what this reader does not know
 */
export async function readTable(
  store: Pick<ObjectStore, 'list' | 'read'>,
  table: string,
): Promise<TableState> {
  const files = new Set<string>();
  const removed = new Map<string, number>();
  const writers = new Map<string, { number: number; version: number }>();
  let metaData: MetaData | undefined;
  let version = -1;
  for await (const { key, bytes } of store.list(`${table}/_delta_log/`)) {
    const found = /\/(\d{20})\.json$/.exec(key)?.[1];
    if (found === undefined) continue;
    if (Number(found) !== version + 1) throw new TableRefusedError(table, lacks(version + 1, Number(found)));
    if (version + 1 === MOST_COMMITS)
      throw new TableRefusedError(table, `has more than ${MOST_COMMITS} versions`);
    if (bytes > MOST_COMMIT_BYTES)
      throw new TableRefusedError(
        table,
        `has more than ${MOST_COMMIT_BYTES} bytes in version ${version + 1}`,
      );
    version += 1;
    for (const action of await readCommit(store, table, key, version)) {
      const { add, remove, txn, protocol } = action;
      if (protocol !== undefined) checkProtocol(table, protocol);
      if (action.metaData !== undefined) metaData = action.metaData;
      if (add !== undefined) {
        files.add(add.path);
        removed.delete(add.path);
      }
      if (remove !== undefined) {
        files.delete(remove.path);
        removed.set(remove.path, remove.deletionTimestamp ?? 0);
      }
      if (txn !== undefined) writers.set(txn.appId, { number: txn.version, version });
    }
    await ownRound();
  }
  return { version, metaData, files, removed, writers };
}

async function readCommit(
  store: Pick<ObjectStore, 'read'>,
  table: string,
  key: string,
  version: number,
): Promise<readonly Action[]> {
  const bytes = await store.read(key);
  if (bytes === undefined) throw new TableRefusedError(table, `lost version ${version} while it was read`);
  const lines = Buffer.from(bytes).toString('utf8').split('\n');
  return lines.flatMap((line) => {
    if (line.trim() === '') return [];
    try {
      return [actionSchema.parse(JSON.parse(line))];
    } catch {
      throw new TableRefusedError(table, `has a line in version ${version} that is no action of Delta`);
    }
  });
}

function lacks(expected: number, found: number): string {
  return `lacks version ${expected} of its log, and has ${found}: only logs that begin with version 0 and have no gap are written to`;
}

function checkProtocol(
  table: string,
  { minReaderVersion, minWriterVersion }: NonNullable<Action['protocol']>,
): void {
  if (minReaderVersion <= READER_VERSION && minWriterVersion <= WRITER_VERSION) return;
  throw new TableRefusedError(
    table,
    `needs reader version ${minReaderVersion} and writer version ${minWriterVersion}; this writer has ${READER_VERSION} and ${WRITER_VERSION}`,
  );
}
