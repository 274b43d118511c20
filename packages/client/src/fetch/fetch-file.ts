import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isNativeError } from 'node:util/types';
import type { Authorize } from '../authorize.js';
import type { Clock } from '../clock.js';
import {
  DamagedDownloadError,
  DownloadMismatchError,
  FileWriteError,
  UnexpectedAnswerError,
} from '../errors.js';
import type { FileFact } from '../errors.js';
import { createPatience, isPassing, type Patience, type OnFailed } from '../patience.js';
import { openDownload } from './open-download.js';
import { BeginAgainError, continuesAt, resumedBytes } from './resumed-bytes.js';
import { unpacker } from './unpacked.js';

/** A file, and what a manifest states of it. Facts that it does not state are undefined. */
export interface StatedFile {
  readonly url: string;
  readonly rows: number | undefined;
  /** Unpacked. */
  readonly bytes: number | undefined;
  /** Unpacked, or as it is sent: the guide of Bulk Data does not say which. */
  readonly fileSize?: number | undefined;
  /** Hex. */
  readonly sha256: string | undefined;
}

/** Looks at the content of a file while its bytes pass by. */
export interface ContentCheck {
  add(chunk: Buffer): void;
  /** Rows or resources so far; undefined where only a parser could count them. */
  rows(): number | undefined;
  /** A fault of the content itself, which no manifest needs to tell of. */
  fault(): string | undefined;
}

/** Facts about a file that was fetched. */
export interface FetchedFacts {
  /** Unpacked. */
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

export interface FetchOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  /** Sent with every request, such as `Accept` and `Authorization`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Gives `Authorization`, for the origin of the file. */
  readonly authorization?: Authorize | undefined;
  /** In place of the requests of Node. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Passing failures are tried again for this long at most, in milliseconds. */
  readonly patienceMs?: number | undefined;
  /** Name of the file, in the same folder, while it is not whole. */
  readonly temporaryName: string;
  /** Makes the check of one try. */
  readonly check: () => ContentCheck;
  /** Leaves the temporary file when a failure ends the download, if a next one can go on with it. */
  readonly keepsBegun: boolean;
  /** Hears of bytes of the file that were stored; below 0 of those that are dropped, because the file begins again. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  /** Hears of failures after which the file is asked for again. */
  readonly onFailed?: OnFailed | undefined;
}

/** The limit counts from the last byte that came. */
const LIMITS = { firstMs: 500, maxWaitMs: 60_000, maxAskedMs: 5 * 60_000, limitMs: 10 * 60_000 };
/** A file that is not what it should be may have been damaged on its way, once. */
const DAMAGED_TRIES = 2;

/**
 * Fetches one file. It appears under `path` only when it is whole and agrees with the manifest. Passing failures are tried
 * again for minutes, from where the connection broke off if the server can do that. A temporary file that is there already is
 * gone on with if the manifest states the checksum, which tells whether it was the beginning of this file.
 *
 * @throws DownloadMismatchError, DamagedDownloadError, FileWriteError, ServerRefusedError, ServerUnreachableError
 */
export async function fetchFile(
  file: StatedFile,
  path: string,
  options: FetchOptions,
): Promise<FetchedFacts> {
  const temporary = join(dirname(path), options.temporaryName);
  const patience = createPatience(LIMITS, options.clock, {
    signal: options.signal,
    mayPass: isPassing,
    onFailed: options.onFailed,
    patienceMs: options.patienceMs,
  });
  let stored = 0;
  const onBytes = (bytes: number): void => {
    stored += bytes;
    options.onBytes?.(bytes);
  };
  const isStated = file.bytes !== undefined && file.sha256 !== undefined;
  /** Bytes of the temporary file that are the beginning of this one, as far as anybody knows. */
  const begunBytes = async (): Promise<number> => {
    const size = isStated ? ((await stat(temporary).catch(() => undefined))?.size ?? 0) : 0;
    return size < (file.bytes ?? 0) ? size : 0;
  };
  let furthest = 0;
  // A file that breaks off at the same place again and again makes no progress.
  const onOffset = (offset: number): void => {
    if (offset > furthest) patience.succeeded();
    furthest = Math.max(furthest, offset);
  };
  let keeps = false;
  try {
    let start = await begunBytes();
    for (let damaged = 1; ;) {
      try {
        const parts = { start, temporary };
        const facts = await fetchOnce(file, parts, { ...options, onBytes }, patience, onOffset);
        await rename(temporary, path);
        return facts;
      } catch (error) {
        onBytes(-stored);
        keeps = options.keepsBegun && isStated && !isDamage(error);
        options.signal?.throwIfAborted();
        if (error instanceof BeginAgainError) {
          start = error.drops ? 0 : await begunBytes();
          continue;
        }
        if (!isDamage(error) || damaged === DAMAGED_TRIES) throw error;
        damaged += 1;
        start = 0;
        options.onFailed?.(error);
      }
    }
  } finally {
    if (!keeps) await rm(temporary, { force: true });
  }
}

async function fetchOnce(
  file: StatedFile,
  { start, temporary }: { readonly start: number; readonly temporary: string },
  options: FetchOptions,
  patience: Patience,
  onOffset: (offset: number) => void,
): Promise<FetchedFacts> {
  // Ranges of a packed file are ranges of its packed bytes, which are not kept.
  const headers = { 'accept-encoding': start === 0 ? 'gzip' : 'identity', ...options.headers };
  const openPatiently = async (more: Readonly<Record<string, string>>) => {
    for (;;) {
      try {
        return await openDownload(file.url, { ...headers, ...more }, options);
      } catch (error) {
        await patience.failed(error);
      }
    }
  };
  const begun = await openPatiently(start === 0 ? {} : { range: `bytes=${start}-` });
  if (start > 0 && !(continuesAt(begun, start) && begun.headers['content-encoding'] === undefined)) {
    begun.body.destroy();
    throw new BeginAgainError('no ranges', { drops: true });
  }
  if (start === 0 && begun.status !== 200) {
    begun.body.destroy();
    throw new UnexpectedAnswerError(file.url, `status ${begun.status}`, '200 with a file');
  }
  const hash = createHash('sha256');
  const check = options.check();
  let bytes = 0;
  let sentBytes = start;
  await using handle = await open(temporary, start === 0 ? 'w' : 'r+');
  const add = (chunk: Buffer): void => {
    hash.update(chunk);
    check.add(chunk);
    bytes += chunk.length;
    options.onBytes?.(chunk.length);
  };
  if (start > 0)
    for await (const chunk of createReadStream(temporary, { end: start - 1 })) add(chunk as Buffer);
  const wire = resumedBytes(file.url, { begun, start }, openPatiently, patience, (offset) => {
    sentBytes = offset;
    onOffset(offset);
  });
  const unpack = unpacker(begun.headers['content-encoding'], file.url);
  const store = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of chunks) {
      const at = bytes;
      await writeAt(handle, chunk, at).catch((error: unknown) => {
        throw new FileWriteError(temporary, error);
      });
      add(chunk);
    }
  };
  try {
    await (unpack === undefined ? store(wire) : pipeline(wire, unpack, store));
  } catch (error) {
    throw isZlibError(error) ? new DamagedDownloadError(file.url, 'cannot be unpacked', error) : error;
  }
  await handle.sync();
  const facts = { bytes, sha256: hash.digest('hex') };
  const { url } = file;
  same(url, 'bytes', file.bytes, facts.bytes);
  if (file.fileSize !== sentBytes) same(url, 'bytes', file.fileSize, facts.bytes);
  same(url, 'sha256', file.sha256, facts.sha256);
  const rows = check.rows();
  if (rows !== undefined) same(url, 'rows', file.rows, rows);
  const fault = check.fault();
  if (fault !== undefined) throw new DamagedDownloadError(url, fault);
  return facts;
}

async function writeAt(handle: FileHandle, chunk: Buffer, position: number): Promise<void> {
  for (let done = 0; done < chunk.length;) {
    const { bytesWritten } = await handle.write(chunk, done, chunk.length - done, position + done);
    done += bytesWritten;
  }
}

function same(
  url: string,
  fact: FileFact,
  stated: string | number | undefined,
  found: string | number,
): void {
  if (stated !== undefined && stated !== found)
    throw new DownloadMismatchError(url, fact, String(stated), String(found));
}

function isDamage(error: unknown): boolean {
  return error instanceof DownloadMismatchError || error instanceof DamagedDownloadError;
}

/** `unexpected end of file` is one of them: gzip says where a file ends. */
function isZlibError(error: unknown): boolean {
  return isNativeError(error) && 'code' in error && /^Z_/.test(String(error.code));
}
