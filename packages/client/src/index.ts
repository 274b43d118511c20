// The names that need no file system are listed once for both entries.
export * from './anywhere.js';
export { connect } from './connect.js';
export type { Client, FolderOptions } from './connect.js';
export type { ExportedTables, ExportInterruption, TablesOptions, TakeOptions } from './export-tables.js';
export { accessToken } from './access-token.js';
export type { AccessToken, Credentials } from './access-token.js';
export type { PatientOptions } from './ask-patiently.js';
export { runView } from './run.js';
export { awaitManifest } from './await-manifest.js';
export { DEFAULT_PACE, awaitResult } from './await-result.js';
export type { PollPace } from './await-result.js';
export { cancelExport, cancelExportAt } from './cancel.js';
export type { Cancellation } from './cancel.js';
export { findExport, pagesFrom } from './find-export.js';
export type { FindOptions } from './find-export.js';
export type { BulkFile, ManifestPage } from './bulk/bulk-manifest.js';
export type { BulkLevel, BulkOrder } from './bulk/bulk-order.js';
export { downloadBulk } from './bulk/download-bulk.js';
export type { WantedDownload } from './bulk/download-bulk.js';
export { exportBulk } from './bulk/export-bulk.js';
export type { WantedBulk } from './bulk/export-bulk.js';
export type { FinishedBulk } from './bulk/folder-run.js';
export type { BulkEvents, BulkOptions, Interruption } from './bulk/bulk-run.js';
export { isEndOfExport } from './patience.js';
export { hasJournal } from './bulk/folder/journal.js';
export { recogniseExport } from './bulk/recognise-export.js';
export type { EarlierPoll, RecognisedExport } from './bulk/recognise-export.js';
export type { JournalFile } from './bulk/folder/journal-entry.js';
export { countOutcomes } from './bulk/outcome-counts.js';
export type { OutcomeCounts } from './bulk/outcome-counts.js';
export { SYSTEM_CLOCK } from './clock.js';
export type { Clock } from './clock.js';
export { otherParts } from './other-parts.js';
export { downloadExport } from './download.js';
export type { DownloadOptions, DownloadedFile } from './download.js';
export {
  DownloadMismatchError,
  FileWriteError,
  FolderInUseError,
  TokenOriginError,
  UnsafeOutputNameError,
} from './errors.js';
export type { RequestOptions } from './exchange.js';
export { prepareFolder } from './prepare-folder.js';
export { kickOff } from './kick-off.js';
export type { KickOffOptions } from './kick-off.js';
export { fetchManifest, manifestOf } from './manifest.js';
export type { OutputColumn } from './output-column.js';
export { readStatus } from './status.js';
export type { ExportStatus } from './status.js';
