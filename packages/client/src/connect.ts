import type { BulkOrder } from './bulk/bulk-order.js';
import type { BulkEvents } from './bulk/bulk-run.js';
import { downloadBulk } from './bulk/download-bulk.js';
import { exportBulk } from './bulk/export-bulk.js';
import type { FinishedBulk } from './bulk/folder-run.js';
import { verbsOf, type WebClient } from './connect-anywhere.js';
import { connectionTo, type CallOptions, type ConnectOptions } from './connection.js';
import type { DownloadedFile } from './download.js';
import {
  exportTables,
  takeFiles,
  type ExportedTables,
  type TablesOptions,
  type TakeOptions,
} from './export-tables.js';
import type { ExportOrder } from './kick-off.js';
import type { ExportManifest } from './manifest.js';

export interface FolderOptions extends CallOptions, BulkEvents {
  /** Files at a time. */
  readonly parallel?: number | undefined;
}

/** The verbs of a server, with those that write files. */
export interface Client extends WebClient {
  /** Exports tables into a folder: kick-off, wait, download, verify. When `signal` aborts, the export is cancelled. */
  exportTables(order: ExportOrder, folder: string, options?: TablesOptions): Promise<ExportedTables>;
  /** Downloads the files of an export of tables; a second call for the folder goes on where the first one ended. */
  download(
    manifest: ExportManifest,
    folder: string,
    options?: TakeOptions,
  ): Promise<readonly DownloadedFile[]>;
  /** Exports whole resources into a folder; a second call for the folder goes on where the first one ended. */
  exportBulk(order: BulkOrder, folder: string, options?: FolderOptions): Promise<FinishedBulk>;
  /** The same for an export of Bulk Data that was started elsewhere. */
  downloadBulk(statusUrl: string, folder: string, options?: FolderOptions): Promise<FinishedBulk>;
}

/**
 * The client of a server. It sends nothing before its first verb is called.
 *
 * @param server FHIR base URL
 * @throws TypeError when it is none
 */
export function connect(server: string, options: ConnectOptions = {}): Client {
  const connection = connectionTo(server, options);
  const { credentials, clock, patienceMs, onRetry } = connection;
  const bulkOptions = ({ parallel: _, ...call }: FolderOptions) => ({
    ...(onRetry === undefined ? {} : { triedAgain: onRetry }),
    ...call,
    ...credentials,
    clock,
    patienceMs,
  });
  return {
    ...verbsOf(connection),
    exportTables: (order, folder, call = {}) => exportTables(connection, order, folder, call),
    download: (manifest, folder, call = {}) => takeFiles(connection, manifest, folder, call),
    exportBulk: (order, folder, call = {}) =>
      exportBulk({ server: connection.server, order, folder, parallel: call.parallel }, bulkOptions(call)),
    downloadBulk: (statusUrl, folder, call = {}) =>
      downloadBulk(
        { statusUrl, server: connection.server, folder, parallel: call.parallel },
        bulkOptions(call),
      ),
  };
}
