import type { PinnedInput, Source } from '../source.js';
import { gunzipInput } from './gunzip-input.js';
import { LineBlocks } from './line-blocks.js';
import type { LineBlock } from './line-blocks.js';

export interface LineReaderOptions {
  /** Where to go on: an offset at the start of a line, as `LineBlock.offset` counts. Default: `range.start`. */
  readonly from?: number;
  /** Size up to which lines are gathered. Default 256 KiB; larger blocks slow down the JavaScript engine. */
  readonly blockBytes?: number;
  /** Longest line that is accepted, at least `blockBytes`. Default 64 MiB. */
  readonly maxLineBytes?: number;
  readonly signal?: AbortSignal;
}

/**
 * Reads whole lines, many at a time, without a byte order mark at the start of the input. A block ends with a
 * newline, unless it is the last one and its last line has none. A line that is longer than a block makes its
 * block longer. Plain input is read from stored offset `from` to `range.end`. Gzip is always read from its
 * beginning (`range` is the whole input), and the content before decompressed offset `from` is dropped.
 *
 * @throws InputChangedError, SourceUnavailableError as the source does
 * @throws CorruptInputError for gzip that is damaged or cut short
 * @throws GzipRatioError for gzip with more content than its pin lets
 * @throws LineTooLongError for a line longer than `maxLineBytes`
 */
export async function* readLineBlocks(
  source: Source,
  input: PinnedInput,
  range: { readonly start: number; readonly end: number },
  options: LineReaderOptions = {},
): AsyncGenerator<LineBlock, void, undefined> {
  const { signal, blockBytes = 256 * 1024, maxLineBytes = 64 * 1024 * 1024 } = options;
  const from = options.from ?? range.start;
  const blocks = new LineBlocks({ key: input.key, blockBytes, maxLineBytes }, from);
  try {
    if (input.compression === 'gzip') {
      if (range.start !== 0 || range.end !== input.bytes) {
        throw new RangeError(
          `gzip input ${input.key} is read whole, not from ${range.start} to ${range.end}`,
        );
      }
      let before = from;
      for await (const { bytes, storedOffset } of gunzipInput(source, input, signal)) {
        const skipped = Math.min(before, bytes.length);
        before -= skipped;
        yield* blocks.take(bytes.subarray(skipped), () => storedOffset);
      }
    } else {
      for await (const chunk of source.read(input, from, range.end, signal)) {
        yield* blocks.take(chunk, (end) => end);
      }
    }
    yield* blocks.rest(range.end);
  } finally {
    blocks.release();
  }
}
