import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { SYSTEM_CLOCK, type Clock } from './clock.js';
import type { RequestOptions } from './exchange.js';
import { fetchFile, type ContentCheck, type FetchedFacts } from './fetch/fetch-file.js';
import type { OutputFile } from './manifest.js';
import type { OnFailed } from './patience.js';
import { rowCounter } from './row-counter.js';
import { temporaryName } from './temporary-files.js';

export interface FetchedFile extends FetchedFacts {
  readonly path: string;
}

export interface FileOptions extends RequestOptions {
  readonly format: string;
  /** Whether CSV files begin with the column names; they do by default. */
  readonly header?: boolean | undefined;
  readonly clock?: Clock | undefined;
  /** Hears of bytes that were stored; below 0 of those that are dropped, because the file begins again. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  /** Leaves what has come of a file when a failure ends the download: the next one goes on with it. */
  readonly keepsBegun?: boolean | undefined;
  /** Hears of failures after which the file is asked for again. */
  readonly onFailed?: OnFailed | undefined;
  /** Passing failures are tried again for this long at most, in milliseconds. */
  readonly patienceMs?: number | undefined;
}

/**
 * Fetches one file. It appears under `path` only when its size, checksum and rows are those of the manifest; passing
 * failures are tried again for minutes. If the manifest states its checksum, a file that is there already is not fetched, and
 * one that was left in the middle is fetched from there.
 *
 * @throws DownloadMismatchError, DamagedDownloadError, ServerRefusedError, ServerUnreachableError
 */
export async function downloadFile(
  file: OutputFile,
  path: string,
  options: FileOptions,
): Promise<FetchedFile> {
  const { clock = SYSTEM_CLOCK, signal, headers = {}, keepsBegun = false, onBytes, onFailed } = options;
  const kept = await keptFacts(file, path);
  if (kept !== undefined) return { path, ...kept };
  const facts = await fetchFile(file, path, {
    clock,
    signal,
    headers,
    authorization: options.authorization,
    fetch: options.fetch,
    patienceMs: options.patienceMs,
    temporaryName: temporaryName(basename(path)),
    check: () => rowCheck(options.format, options.header ?? true),
    keepsBegun,
    onBytes,
    onFailed,
  });
  return { path, ...facts };
}

function rowCheck(format: string, header: boolean): ContentCheck {
  const counter = rowCounter(format, header);
  return {
    add: (chunk) => counter?.add(chunk),
    rows: () => counter?.rows(),
    fault: () => undefined,
  };
}

/** The facts of the file at a path, if it is the one that the manifest states. */
async function keptFacts({ bytes, sha256 }: OutputFile, path: string): Promise<FetchedFacts | undefined> {
  if (bytes === undefined || sha256 === undefined) return undefined;
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found?.size !== bytes) return undefined;
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex') === sha256 ? { bytes, sha256 } : undefined;
}
