import type { TableState } from './read-table.js';
import { TableRefusedError } from './errors.js';

/** A file that is to be in the table. */
export interface TableFile {
  /** Below the table. */
  readonly name: string;
  readonly bytes: number;
  readonly rows: number;
  /** The text of each partition column; null for no value. */
  readonly partitionValues: Readonly<Record<string, string | null>>;
}

/** All that a table is to have. */
export interface Generation {
  readonly files: readonly TableFile[];
  /** As `deltaSchema` gives it. */
  readonly schema: string;
  readonly partitionColumns: readonly string[];
  /** Names the writer of this generation: another attempt of it sees that it was there. */
  readonly writer: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Files that a version adds and removes: its content is made, and read, in one round of the event loop. */
const MOST_FILES = 50_000;
/** There is one generation of each writer. */
const GENERATION = 1;

/**
 * The content of the version of a log that replaces all files of a table.
 *
 * @param id of the table where it is new: a UUID
 * @returns the version, which the log has already if the writer was there: then there is no content
 * @throws TableRefusedError for a table whose files are never removed, and for too many files
 */
export function planCommit(
  table: string,
  state: TableState,
  { files, schema, partitionColumns, writer, at }: Generation,
  id: string,
): { readonly version: number; readonly content?: string } {
  const before = state.writers.get(writer);
  if (before?.number === GENERATION) return { version: before.version };
  const changed = files.length + state.files.size;
  if (changed > MOST_FILES)
    throw new TableRefusedError(
      table,
      `would get a version with ${changed} added and removed files; expected at most ${MOST_FILES}, by larger files or fewer partitions`,
    );
  if (state.metaData?.configuration['delta.appendOnly'] === 'true')
    throw new TableRefusedError(
      table,
      'is append-only (delta.appendOnly), so that its files cannot be replaced',
    );
  const isSame =
    state.metaData?.schemaString === schema &&
    JSON.stringify(state.metaData.partitionColumns) === JSON.stringify(partitionColumns);
  const metaData = {
    ...(state.metaData ?? {
      id,
      format: { provider: 'parquet', options: {} },
      configuration: {},
      createdTime: at,
    }),
    schemaString: schema,
    partitionColumns,
  };
  const actions: readonly object[] = [
    {
      commitInfo: {
        timestamp: at,
        operation: 'WRITE',
        operationParameters: { mode: 'Overwrite', partitionBy: JSON.stringify(partitionColumns) },
        engineInfo: 'Millrace',
      },
    },
    ...(state.version < 0 ? [{ protocol: { minReaderVersion: 1, minWriterVersion: 2 } }] : []),
    ...(isSame ? [] : [{ metaData }]),
    { txn: { appId: writer, version: GENERATION, lastUpdated: at } },
    ...[...state.files].map((path) => ({ remove: { path, deletionTimestamp: at, dataChange: true } })),
    ...files.map(({ name, bytes, rows, partitionValues }) => ({
      add: {
        path: encodeURI(name),
        partitionValues,
        size: bytes,
        modificationTime: at,
        dataChange: true,
        stats: JSON.stringify({ numRecords: rows }),
      },
    })),
  ];
  return {
    version: state.version + 1,
    content: `${actions.map((action) => JSON.stringify(action)).join('\n')}\n`,
  };
}
