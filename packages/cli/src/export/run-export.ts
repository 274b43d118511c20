import {
  awaitManifest,
  awaitResult,
  connect,
  downloadExport,
  type AccessToken,
  type Credentials,
  type DownloadedFile,
  type ExportManifest,
  type ExportNotice,
  type ExportOrder,
} from '@millrace/client';
import { reasonOf, UsageError } from '../errors.js';
import { authorizationOf } from '../login.js';
import { noticeText } from '../notice-text.js';
import type { ToldInterruption } from './interruption-text.js';
import type { ProgressDisplay } from './progress-display.js';
import { toldFailure } from './told-failure.js';

export const EXPORT_FORMATS = ['csv', 'ndjson', 'json', 'parquet'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface WantedExport extends Omit<ExportOrder, 'clientTrackingId'> {
  /** FHIR base URL. */
  readonly server: string;
  /** Where the files go. */
  readonly folder: string;
  readonly parallel: number;
  /** How it shows who it is. */
  readonly credentials?: Credentials | undefined;
}

/** The files of an export that has been started, and how they are taken. */
export interface WantedFiles {
  readonly statusUrl: string;
  readonly folder: string;
  readonly parallel: number;
  /** The manifest says it, unless its server does not. */
  readonly format?: ExportFormat | undefined;
  readonly header?: boolean | undefined;
  /** How requests show who asks. */
  readonly request?: AccessToken['request'];
}

export interface FinishedExport {
  readonly statusUrl: string;
  readonly manifest: ExportManifest;
  readonly files: readonly DownloadedFile[];
}

/** Runs one export from kick-off to verified files. When `signal` aborts before that, it is cancelled there. */
export async function runExport(
  wanted: WantedExport,
  display: ProgressDisplay,
  signal: AbortSignal,
): Promise<FinishedExport> {
  const { server, folder, parallel, credentials = {}, ...order } = wanted;
  const tell = teller(
    display,
    order.subjects.map(({ name }) => name),
  );
  let statusUrl: string | undefined;
  let interruption: ToldInterruption | undefined;
  const onRetry = (failure: unknown, waitMs?: number): void => display.triedAgain(reasonOf(failure), waitMs);
  try {
    const done = await connect(server, { onRetry, authorization: authorizationOf(credentials) }).exportTables(
      order,
      folder,
      {
        parallel,
        signal,
        onNotices: tell,
        onAccepted(url) {
          statusUrl = url;
          display.accepted(url);
        },
        onProgress: (progress) => display.progress(progress),
        onManifest: (manifest) => display.files(fileCount(manifest), true),
        onBytes: (bytes) => display.received(bytes),
        onFile: (file) => display.downloaded(file.path),
        onInterrupted(how) {
          interruption = how.kind === 'unanswered' ? { kind: 'unknown' } : how;
        },
      },
    );
    display.close();
    tell(done.manifest.notices);
    return done;
  } catch (error) {
    throw toldFailure(error, { statusUrl, interruption, canGoOn: false }, { credentials, signal });
  } finally {
    display.close();
  }
}

function fileCount({ outputs }: ExportManifest): number {
  return outputs.reduce((sum, { files }) => sum + files.length, 0);
}

/**
 * Waits for an export of views, and fetches its files. Those that the folder has already are not fetched again.
 *
 * @throws UsageError when neither the manifest nor the caller says the format
 */
export async function fetchExport(
  wanted: WantedFiles,
  display: ProgressDisplay,
  signal: AbortSignal,
): Promise<FinishedExport> {
  const { statusUrl, folder, parallel, header, request } = wanted;
  const onFailed = (failure: unknown, waitMs?: number): void => display.triedAgain(reasonOf(failure), waitMs);
  try {
    const resultUrl = await awaitResult(statusUrl, {
      ...request,
      signal,
      onProgress: (progress) => display.progress(progress),
      onFailed,
    });
    const manifest = await awaitManifest(resultUrl, { ...request, signal, onFailed });
    display.files(fileCount(manifest), true);
    const format = wanted.format ?? manifest.format;
    if (format === undefined)
      throw new UsageError('the server does not say the format of the files: give --format');
    const files = await downloadExport(manifest, folder, {
      format,
      header,
      parallel,
      signal,
      keepsBegun: true,
      authorization: request?.authorization,
      onBytes: (bytes) => display.received(bytes),
      onFile: (file) => display.downloaded(file.path),
      onFailed,
    });
    display.close();
    const names = manifest.outputs.map(({ name }) => name);
    teller(display, names)(manifest.notices);
    return { statusUrl, manifest, files };
  } finally {
    display.close();
  }
}

/** Shows notices, each once: a server may say the same at the kick-off and in the result. */
function teller(
  display: ProgressDisplay,
  names: readonly (string | undefined)[],
): (notices: readonly ExportNotice[]) => void {
  const told = new Set<string>();
  return (notices) => {
    for (const notice of notices) {
      const warning = noticeText(notice, names);
      if (!told.has(warning)) display.warned(warning);
      told.add(warning);
    }
  };
}
