export { DEFAULT_PACE, awaitResult } from './await-result.js';
export type { PollPace } from './await-result.js';
export { cancelExport, cancelExportAt } from './cancel.js';
export type { Cancellation } from './cancel.js';
export { otherParts } from './other-parts.js';
export { downloadExport } from './download.js';
export type { DownloadOptions, DownloadedFile } from './download.js';
export {
  DownloadMismatchError,
  ServerRefusedError,
  ServerUnreachableError,
  UnexpectedAnswerError,
  UnsafeOutputNameError,
} from './errors.js';
export type { RequestOptions } from './exchange.js';
export { kickOff } from './kick-off.js';
export type { ExportFormat, ExportOrder, ExportSubject, KickOffOptions } from './kick-off.js';
export { fetchManifest } from './manifest.js';
export type { ExportManifest, ExportOutput, OutputFile } from './manifest.js';
export type { ExportNotice } from './notice.js';
export type { OutcomeIssue } from './outcome.js';
export { readStatus } from './status.js';
export type { ExportProgress, ExportStatus } from './status.js';
