import {
  awaitResult,
  cancelExport,
  downloadExport,
  fetchManifest,
  kickOff,
  type DownloadedFile,
  type ExportManifest,
  type ExportNotice,
  type ExportSubject,
} from '@millrace/client';
import { noticeText } from '../notice-text.js';
import type { ProgressDisplay } from './progress-display.js';

export const EXPORT_FORMATS = ['csv', 'ndjson', 'json', 'parquet'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface WantedExport {
  /** FHIR base URL. */
  readonly server: string;
  readonly subjects: readonly ExportSubject[];
  readonly format: ExportFormat;
  readonly header: boolean;
  readonly source?: string | undefined;
  /** Where the files go. */
  readonly folder: string;
  readonly parallel: number;
  readonly handling?: 'lenient' | undefined;
}

export interface FinishedExport {
  readonly statusUrl: string;
  readonly manifest: ExportManifest;
  readonly files: readonly DownloadedFile[];
}

/** How long an interrupted command waits for the server to hear of the cancellation. */
const CANCEL_MS = 5000;

/** Runs one export from kick-off to verified files. When `signal` aborts before that, it is cancelled there. */
export async function runExport(
  wanted: WantedExport,
  display: ProgressDisplay,
  signal: AbortSignal,
): Promise<FinishedExport> {
  const { server, subjects, format, header, source, handling, folder, parallel } = wanted;
  const told = new Set<string>();
  const tell = (notices: readonly ExportNotice[]): void => {
    for (const notice of notices) {
      const warning = noticeText(
        notice,
        subjects.map(({ name }) => name),
      );
      if (!told.has(warning)) display.warned(warning);
      told.add(warning);
    }
  };
  const order = { subjects, format, header, source, handling };
  const statusUrl = await kickOff(server, order, { signal, onNotices: tell });
  display.accepted(statusUrl);
  try {
    const resultUrl = await awaitResult(statusUrl, {
      signal,
      onProgress: (progress) => display.progress(progress),
    });
    const manifest = await fetchManifest(resultUrl, { signal });
    display.completed(manifest.outputs.reduce((sum, { files }) => sum + files.length, 0));
    const files = await downloadExport(manifest, folder, {
      format,
      header,
      parallel,
      signal,
      onFile: (file) => display.downloaded(file.path),
    });
    display.close();
    tell(manifest.notices);
    return { statusUrl, manifest, files };
  } catch (error) {
    if (signal.aborted) await cancelExport(statusUrl, { signal: AbortSignal.timeout(CANCEL_MS) });
    throw error;
  } finally {
    display.close();
  }
}
