import { cancelExport } from './cancel.js';
import type { CallOptions, Connection } from './connection.js';
import { verbsOf, type AwaitOptions, type StartOptions } from './connect-anywhere.js';
import { downloadExport, type DownloadedFile, type DownloadOptions } from './download.js';
import { UnansweredKickOffError, UnexpectedAnswerError } from './errors.js';
import type { ExportOrder } from './kick-off.js';
import type { ExportManifest } from './manifest.js';
import { prepareFolder } from './prepare-folder.js';

export interface TakeOptions extends CallOptions, Pick<DownloadOptions, 'parallel' | 'onFile' | 'onBytes'> {
  /** Of the files, where the manifest does not say it. */
  readonly format?: string | undefined;
  /** Whether CSV files begin with the column names; they do by default. */
  readonly header?: boolean | undefined;
}

/** The state in which an interrupted client leaves its export. */
export type ExportInterruption =
  /** It was not asked for. */
  | { readonly kind: 'not-begun' }
  /** It was asked for and not answered: it may run. */
  | { readonly kind: 'unanswered' }
  | { readonly kind: 'cancelled' }
  /** It had ended before, and is there until it expires. */
  | { readonly kind: 'kept'; readonly statusUrl: string }
  /** The server could not be told, so that it goes on. */
  | { readonly kind: 'not-cancelled'; readonly statusUrl: string; readonly failure: unknown };

export interface TablesOptions
  extends
    Pick<TakeOptions, 'parallel' | 'onFile' | 'onBytes'>,
    Pick<AwaitOptions, 'signal' | 'onProgress'>,
    Pick<StartOptions, 'key' | 'onNotices'> {
  /**
   * Hears the status URL: a program that keeps it can go on with this export after a crash. If it throws, the export is cancelled,
   * and what it threw is thrown.
   */
  readonly onAccepted?: ((statusUrl: string) => void) | undefined;
  /** Hears the result before its files are fetched. */
  readonly onManifest?: ((manifest: ExportManifest) => void) | undefined;
  /** `signal` has aborted: what became of the export. */
  readonly onInterrupted?: ((how: ExportInterruption) => void) | undefined;
}

export interface ExportedTables {
  readonly statusUrl: string;
  readonly manifest: ExportManifest;
  readonly files: readonly DownloadedFile[];
}

/** How long an interrupted client waits for the server to hear of the cancellation. */
const CANCEL_MS = 5000;

/**
 * Exports tables into a folder, from the kick-off to files that agree with the manifest. When `signal` aborts, the export is
 * cancelled on the server.
 */
export async function exportTables(
  connection: Connection,
  order: ExportOrder,
  folder: string,
  options: TablesOptions,
): Promise<ExportedTables> {
  const { signal, onProgress, onAccepted, onManifest, onInterrupted, key, onNotices, ...take } = options;
  const verbs = verbsOf(connection);
  let statusUrl: string | undefined;
  try {
    await prepareFolder(folder);
    statusUrl = await verbs.startExport(order, { signal, key, onNotices });
    await told(connection, statusUrl, onAccepted);
    const manifest = await verbs.awaitExport(statusUrl, { signal, onProgress });
    onManifest?.(manifest);
    const { format, header } = order;
    const files = await takeFiles(connection, manifest, folder, { ...take, signal, format, header });
    return { statusUrl, manifest, files };
  } catch (error) {
    if (signal?.aborted === true) {
      const how = await interrupted(connection, statusUrl, error);
      onInterrupted?.(how);
    }
    throw error;
  }
}

/** A caller that cannot take note of its export will not take the result: the export is cancelled. */
async function told(
  connection: Connection,
  statusUrl: string,
  onAccepted: TablesOptions['onAccepted'],
): Promise<void> {
  try {
    onAccepted?.(statusUrl);
  } catch (error) {
    await interrupted(connection, statusUrl, error);
    throw error;
  }
}

/**
 * Downloads the files of a manifest. Those that the folder has already are not fetched again, and one of which it has the
 * beginning is fetched from there.
 *
 * @throws UnexpectedAnswerError when neither the manifest nor the caller says the format
 */
export async function takeFiles(
  { clock, patienceMs, onRetry, requestOf }: Connection,
  manifest: ExportManifest,
  folder: string,
  options: TakeOptions,
): Promise<readonly DownloadedFile[]> {
  const { format = manifest.format, signal, header, parallel, onFile, onBytes } = options;
  if (format === undefined)
    throw new UnexpectedAnswerError('the server', 'a manifest without _format', 'one, or the option format');
  const { authorization, fetch } = requestOf({ signal });
  const about = { format, header, parallel, onFile, onBytes, keepsBegun: true };
  return downloadExport(manifest, folder, {
    ...about,
    authorization,
    fetch,
    signal,
    clock,
    patienceMs,
    onFailed: onRetry,
  });
}

async function interrupted(
  { requestOf }: Connection,
  statusUrl: string | undefined,
  error: unknown,
): Promise<ExportInterruption> {
  if (statusUrl === undefined)
    return { kind: error instanceof UnansweredKickOffError ? 'unanswered' : 'not-begun' };
  try {
    const { kept } = await cancelExport(statusUrl, requestOf({ signal: AbortSignal.timeout(CANCEL_MS) }));
    return kept ? { kind: 'kept', statusUrl } : { kind: 'cancelled' };
  } catch (failure) {
    return { kind: 'not-cancelled', statusUrl, failure };
  }
}
