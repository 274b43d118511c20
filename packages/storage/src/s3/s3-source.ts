import type { ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import { InputChangedError, SourceUnavailableError } from '../errors.js';
import { checkReadRange } from '../read-range.js';
import { compressionOf, isHidden, isInputOf, typeOfFolder } from '../names/file-name.js';
import { inKeyOrder } from '../names/input-order.js';
import { createNamedFiles } from '../names/named-files.js';
import { findUnread } from '../source-survey.js';
import type { SourceSurvey } from '../source-survey.js';
import { typesIn } from '../source-types.js';
import type { SourceTypes } from '../source-types.js';
import type { PinnedInput, Source } from '../source.js';
import { createSpareBuffers } from '../spare-buffers.js';
import type { SourceConfig } from '../store-config.js';
import { unquoted } from './etag.js';
import { listPages } from './list-pages.js';
import { readAhead } from './read-ahead.js';
import { createPinnedReader } from './read-pinned.js';
import { createBucket } from './s3-client.js';
import { refusalOf, s3ReasonOf } from './s3-errors.js';

// One connection to S3 gives 50 to 100 MB/s, so a range is read over several; memory is the product.
const RANGE_BYTES = 8 * 1024 * 1024;
const RANGES_AT_ONCE = 4;

type Page = ListObjectsV2CommandOutput;

/**
 * Resource files in a bucket, named as in a folder. A pin is an ETag: of every read it is asked for and compared. A bucket that
 * keeps versions gives a pinned file also after it was replaced.
 */
export function createS3Source(config: Extract<SourceConfig, { kind: 's3' }>): Source & SourceTypes {
  const { name, fhirVersion } = config;
  const at = createBucket(config);
  const readPinned = createPinnedReader(at);
  const buffers = createSpareBuffers(RANGE_BYTES, RANGES_AT_ONCE);

  async function list(resourceType: string): Promise<PinnedInput[]> {
    const inputs: PinnedInput[] = [];
    const take = ({ Contents = [] }: Page): void => {
      for (const { Key = '', Size = 0, ETag } of Contents) {
        const key = keyOf(Key);
        if (!isInputOf(key, resourceType)) continue;
        inputs.push({ key, bytes: Size, compression: compressionOf(key), version: unquoted(ETag) });
      }
    };
    for await (const page of pagesOf('', '/')) {
      take(page);
      for (const folder of foldersOf(page)) {
        if (isHidden(folder) || typeOfFolder(folder) !== resourceType) continue;
        for await (const inner of pagesOf(`${folder}/`)) take(inner);
      }
    }
    return inKeyOrder(name, inputs);
  }

  async function top(): Promise<{ files: string[]; folders: string[] }> {
    const files: string[] = [];
    const folders: string[] = [];
    for await (const page of pagesOf('', '/')) {
      for (const key of keysOf(page)) files.push(key);
      for (const folder of foldersOf(page)) folders.push(folder);
    }
    return { files, folders };
  }

  async function* keysBelow(folder: string): AsyncGenerator<string> {
    for await (const page of pagesOf(`${folder}/`)) yield* keysOf(page);
  }

  async function survey(resourceTypes: readonly string[]): Promise<SourceSurvey> {
    const { files, folders } = await top();
    const unread = await findUnread({ files, folders }, keysBelow, resourceTypes);
    // Names of objects are the objects: none is there under two of them.
    return { unread, repeated: createNamedFiles() };
  }

  function pagesOf(folder: string, delimiter?: string): AsyncGenerator<Page, void, undefined> {
    const prefix = at.prefix + folder;
    return reached(listPages(at, delimiter === undefined ? { prefix } : { prefix, delimiter }));
  }

  function keyOf(key: string): string {
    return key.slice(at.prefix.length);
  }

  function keysOf({ Contents = [] }: Page): string[] {
    return Contents.map(({ Key = '' }) => keyOf(Key));
  }

  function foldersOf({ CommonPrefixes = [] }: Page): string[] {
    return CommonPrefixes.map(({ Prefix = '' }) => keyOf(Prefix).slice(0, -1));
  }

  async function* reached(pages: AsyncIterable<Page>): AsyncGenerator<Page, void, undefined> {
    try {
      yield* pages;
    } catch (error) {
      throw new SourceUnavailableError(name, s3ReasonOf(error), { cause: error });
    }
  }

  async function* read(
    input: PinnedInput,
    start: number,
    end: number,
    signal?: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    checkReadRange(input, start, end);
    signal?.throwIfAborted();
    const leaving = new AbortController();
    const stop = signal ? AbortSignal.any([signal, leaving.signal]) : leaving.signal;
    const slots: Buffer[] = [];
    const fetchRange = async (n: number) => {
      const from = start + n * RANGE_BYTES;
      const to = Math.min(from + RANGE_BYTES, end);
      const slot = (slots[n % RANGES_AT_ONCE] ??=
        to - from === buffers.bytes ? buffers.take() : Buffer.allocUnsafeSlow(to - from));
      let length = 0;
      for await (const chunk of readPinned(
        at.prefix + input.key,
        { start: from, end: to },
        input.version,
        stop,
      )) {
        slot.set(chunk, length);
        length += chunk.length;
      }
      return slot.subarray(0, length);
    };
    try {
      for await (const chunk of readAhead(
        Math.ceil((end - start) / RANGE_BYTES),
        RANGES_AT_ONCE,
        fetchRange,
      )) {
        yield chunk;
        signal?.throwIfAborted();
      }
      // Not after a fault, when something may still be on its way into them.
      for (const slot of slots) buffers.give(slot);
    } catch (error) {
      signal?.throwIfAborted();
      throw meaning(input, error);
    } finally {
      leaving.abort();
    }
  }

  function meaning(input: PinnedInput, error: unknown): Error {
    switch (refusalOf(error)?.status) {
      case 404:
        return new InputChangedError(input.key, input.version, 'no object');
      case 412:
      case 416:
        return new InputChangedError(input.key, input.version, s3ReasonOf(error));
      default:
        return new SourceUnavailableError(name, `${input.key}: ${s3ReasonOf(error)}`, { cause: error });
    }
  }

  return {
    name,
    fhirVersion,
    list,
    survey,
    async types() {
      const { files, folders } = await top();
      return typesIn(files, folders, keysBelow);
    },
    read,
    async probe() {
      await reached(listPages(at, { prefix: at.prefix, pageSize: 1 })).next();
    },
  };
}
