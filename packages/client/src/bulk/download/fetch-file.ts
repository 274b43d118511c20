import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isNativeError } from 'node:util/types';
import type { Clock } from '../../clock.js';
import { DamagedDownloadError, DownloadMismatchError, UnexpectedAnswerError } from '../../errors.js';
import type { FileFact } from '../../errors.js';
import type { BulkFile } from '../bulk-manifest.js';
import { createPatience, isPassing, type Patience } from '../patience.js';
import { createLineCheck } from './line-check.js';
import { openDownload } from './open-download.js';
import { BeginAgainError, resumedBytes } from './resumed-bytes.js';
import { unpacker } from './unpacked.js';

/** Facts about a file that was fetched. */
export interface FetchedFacts {
  /** Unpacked. */
  readonly bytes: number;
  readonly sha256: string;
  readonly lines: number;
}

export interface FetchOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  /** Sent with every request, such as `Authorization`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Hears of failures after which the file is asked for again. */
  readonly onFailed?: ((failure: unknown) => void) | undefined;
}

/** The limit counts from the last byte that came. */
const LIMITS = { firstMs: 500, maxWaitMs: 60_000, limitMs: 10 * 60_000 };
/** A file that is not what it should be may have been damaged on its way, once. */
const DAMAGED_TRIES = 2;

/**
 * Fetches one file of NDJSON. It appears under `path` only when it is whole and agrees with the manifest. Passing failures
 * are tried again for minutes, from where the connection broke off if the server can do that.
 *
 * @throws DownloadMismatchError, DamagedDownloadError, ServerRefusedError, ServerUnreachableError
 */
export async function fetchBulkFile(
  file: BulkFile,
  path: string,
  options: FetchOptions,
): Promise<FetchedFacts> {
  const temporary = join(dirname(path), `.${basename(path)}.tmp`);
  const patience = createPatience(LIMITS, options.clock, {
    signal: options.signal,
    mayPass: isPassing,
    onFailed: options.onFailed,
  });
  let furthest = 0;
  // A file that breaks off at the same place again and again makes no progress.
  const onOffset = (offset: number): void => {
    if (offset > furthest) patience.succeeded();
    furthest = Math.max(furthest, offset);
  };
  try {
    for (let damaged = 1; ;) {
      try {
        const facts = await fetchOnce(file, temporary, options, patience, onOffset);
        await rename(temporary, path);
        return facts;
      } catch (error) {
        options.signal?.throwIfAborted();
        if (error instanceof BeginAgainError) continue;
        if (!isDamage(error) || damaged === DAMAGED_TRIES) throw error;
        damaged += 1;
        options.onFailed?.(error);
      }
    }
  } finally {
    await rm(temporary, { force: true });
  }
}

async function fetchOnce(
  file: BulkFile,
  path: string,
  options: FetchOptions,
  patience: Patience,
  onOffset: (offset: number) => void,
): Promise<FetchedFacts> {
  const { signal } = options;
  const headers = { accept: 'application/fhir+ndjson', 'accept-encoding': 'gzip', ...options.headers };
  const openPatiently = async (more: Readonly<Record<string, string>>) => {
    for (;;) {
      try {
        return await openDownload(file.url, { ...headers, ...more }, signal);
      } catch (error) {
        await patience.failed(error);
      }
    }
  };
  const begun = await openPatiently({});
  if (begun.status !== 200) {
    begun.body.destroy();
    throw new UnexpectedAnswerError(file.url, `status ${begun.status}`, '200 with a file');
  }
  const hash = createHash('sha256');
  const check = createLineCheck();
  let bytes = 0;
  await using handle = await open(path, 'w');
  const wire = resumedBytes(file.url, begun, openPatiently, patience, onOffset);
  const unpack = unpacker(begun.headers['content-encoding'], file.url);
  const store = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of chunks) {
      hash.update(chunk);
      check.add(chunk);
      bytes += chunk.length;
      await handle.writeFile(chunk);
    }
  };
  try {
    await (unpack === undefined ? store(wire) : pipeline(wire, unpack, store));
  } catch (error) {
    throw isZlibError(error) ? new DamagedDownloadError(file.url, 'cannot be unpacked', error) : error;
  }
  await handle.sync();
  const facts = { bytes, sha256: hash.digest('hex'), lines: check.lines() };
  verify(file, facts, check.fault());
  return facts;
}

function verify(file: BulkFile, facts: FetchedFacts, fault: string | undefined): void {
  same(file.url, 'bytes', file.bytes, facts.bytes);
  same(file.url, 'sha256', file.sha256, facts.sha256);
  // Some servers count issues of OperationOutcomes, and not lines.
  if (file.kind !== 'error') same(file.url, 'rows', file.count, facts.lines);
  if (fault !== undefined) throw new DamagedDownloadError(file.url, fault);
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
