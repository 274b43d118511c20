import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DownloadMismatchError, ServerRefusedError, ServerUnreachableError } from './errors.js';
import { exchange, type RequestOptions } from './exchange.js';
import type { OutputFile } from './manifest.js';
import { rowCounter } from './row-counter.js';

export interface FetchedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface FileOptions extends RequestOptions {
  readonly format: string;
  /** Whether CSV files begin with the column names; they do by default. */
  readonly header?: boolean | undefined;
}

const ATTEMPTS = 4;
const RETRY_MS = 500;

/**
 * Fetches one file. It appears under `path` only when its size, checksum and rows are those of the manifest;
 * passing failures are tried again.
 *
 * @throws DownloadMismatchError, ServerRefusedError, ServerUnreachableError
 */
export async function downloadFile(
  file: OutputFile,
  path: string,
  options: FileOptions,
): Promise<FetchedFile> {
  const temporary = join(dirname(path), `.${process.pid}.${basename(path)}.tmp`);
  try {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const found = await fetchTo(temporary, file, options);
        await rename(temporary, path);
        return { path, ...found };
      } catch (error) {
        options.signal?.throwIfAborted();
        if (attempt === ATTEMPTS || !mayPass(error)) throw error;
        await delay(RETRY_MS * attempt, undefined, { signal: options.signal });
      }
    }
  } finally {
    await rm(temporary, { force: true });
  }
}

function mayPass(error: unknown): boolean {
  if (error instanceof ServerRefusedError) return error.status >= 500 || error.status === 429;
  return error instanceof ServerUnreachableError;
}

async function fetchTo(
  path: string,
  file: OutputFile,
  options: FileOptions,
): Promise<Omit<FetchedFile, 'path'>> {
  const response = await exchange('GET', file.url, options, { redirect: 'follow' });
  const hash = createHash('sha256');
  const counter = rowCounter(options.format, options.header ?? true);
  let bytes = 0;
  await using handle = await open(path, 'w');
  for await (const chunk of bodyOf(response, file.url, options)) {
    hash.update(chunk);
    counter?.add(chunk);
    bytes += chunk.length;
    await handle.writeFile(chunk);
  }
  await handle.sync();
  const sha256 = hash.digest('hex');
  verify(file.url, 'bytes', file.bytes, bytes);
  verify(file.url, 'sha256', file.sha256, sha256);
  if (counter) verify(file.url, 'rows', file.rows, counter.rows());
  return { bytes, sha256 };
}

/** A connection that breaks off is the same passing failure as one that was never made. */
async function* bodyOf(response: Response, url: string, options: RequestOptions): AsyncIterable<Uint8Array> {
  if (response.body === null) return;
  try {
    yield* response.body;
  } catch (error) {
    options.signal?.throwIfAborted();
    throw new ServerUnreachableError('GET', url, error);
  }
}

function verify(
  url: string,
  fact: 'bytes' | 'sha256' | 'rows',
  expected: string | number | undefined,
  found: string | number,
): void {
  if (expected !== undefined && expected !== found) {
    throw new DownloadMismatchError(url, fact, String(expected), String(found));
  }
}
