import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inParallel } from '../in-parallel.js';
import { percentIn } from '../percent-in.js';
import type { BulkFile, ManifestPage } from './bulk-manifest.js';
import type { Run } from './bulk-run.js';
import { fetchFresh } from './download/fetch-fresh.js';
import { failureDetail, progressDetail } from './folder/export-log.js';
import { createFileNames } from './folder/file-names.js';
import { manifestPages, pageAgain, type KnownPage, type PollOptions } from './manifest-pages.js';

/**
 * Waits for the pages of a manifest, and downloads the files of each that the folder does not have.
 *
 * @param begun hears of every page before its files are downloaded
 */
export async function downloadPages(
  run: Run,
  statusUrl: string,
  begun?: (page: ManifestPage) => Promise<void>,
): Promise<void> {
  const { options, clock, token, journal, log, polled } = run;
  const nameOf = createFileNames();
  const totals = { output: 0, deleted: 0, error: 0 };
  let pages = 0;
  let transactionTime = '';
  const polling: PollOptions = {
    clock,
    signal: options.signal,
    token,
    patienceMs: options.patienceMs,
    onPoll: (poll) => {
      const { xProgress } = poll;
      log.add('status_progress', progressDetail(poll));
      options.progress?.({ text: xProgress, percent: percentIn(xProgress) });
    },
    onFailed: (failure, waitMs) => {
      log.add('status_error', failureDetail(failure));
      options.triedAgain?.(failure, waitMs);
    },
  };
  polled.add(statusUrl);
  for await (const { page, isLast } of manifestPages(statusUrl, polling)) {
    pages += 1;
    await begun?.(page);
    if (page.next !== undefined) polled.add(page.next);
    transactionTime = page.transactionTime;
    const counts = { output: 0, deleted: 0, error: 0 };
    for (const { kind } of page.files) counts[kind] += 1;
    for (const kind of ['output', 'deleted', 'error'] as const) totals[kind] += counts[kind];
    log.add('status_page_complete', {
      transactionTime,
      outputFileCount: counts.output,
      deletedFileCount: counts.deleted,
      errorFileCount: counts.error,
    });
    const named = page.files.map((file) => ({ file, path: nameOf(file) }));
    await downloadPage(run, { page, isLast }, named, polling);
  }
  log.add('manifest_complete', {
    transactionTime,
    totalOutputFileCount: totals.output,
    totalDeletedFileCount: totals.deleted,
    totalErrorFileCount: totals.error,
    totalManifests: pages,
  });
  log.add('status_complete', { transactionTime });
  const { files, begunAt } = journal.state();
  const all = [...files.values()];
  log.add('export_complete', {
    files: all.length,
    resources: all.reduce((sum, { lines }) => sum + lines, 0),
    bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
    attachments: 0,
    duration: clock.now() - begunAt,
  });
  // The log has the events that pipelines look for before the export counts as finished.
  await log.written();
  await journal.append({ entry: 'ended', how: 'completed', transactionTime });
}

async function downloadPage(
  { folder, parallel, options, clock, token, journal, log }: Run,
  { page, isLast }: KnownPage,
  named: readonly { readonly file: BulkFile; readonly path: string }[],
  polling: PollOptions,
): Promise<void> {
  const missing: { readonly path: string; readonly file: BulkFile; readonly index: number }[] = [];
  for (const [index, one] of named.entries())
    if ((await journal.downloaded(one.path)) === undefined) missing.push({ ...one, index });
  options.page?.(missing.length, isLast);
  let asked: Promise<ManifestPage> | undefined;
  const fresh = (): Promise<ManifestPage> => (asked ??= pageAgain(page, polling));
  await inParallel(missing, parallel, options.signal, async ({ file, path, index }, signal) => {
    const { kind, type, url: fileUrl } = file;
    log.add('download_request', { fileUrl, itemType: kind, resourceType: type ?? null });
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    const fetchOptions = {
      clock,
      signal,
      patienceMs: options.patienceMs,
      fetch: token.request.fetch,
      // A token is for those only who ask for it.
      ...(page.requiresAccessToken
        ? { authorization: token.request.authorization, mayAsk: token.mustReach }
        : {}),
      onBytes: (bytes: number) => options.received?.(bytes),
      onFailed: (failure: unknown, waitMs?: number) => {
        log.add('download_error', { fileUrl, ...failureDetail(failure) });
        options.triedAgain?.(failure, waitMs);
      },
    };
    try {
      const facts = await fetchFresh(file, async () => (await fresh()).files[index], target, fetchOptions);
      const entry = { path, kind, type, ...facts };
      await journal.append({ entry: 'downloaded', ...entry });
      log.add('download_complete', { fileUrl, resourceCount: facts.lines, fileSize: facts.bytes });
      options.downloaded?.(entry);
    } catch (error) {
      if (!signal.aborted) log.add('download_error', { fileUrl, ...failureDetail(error) });
      throw error;
    }
  });
}
