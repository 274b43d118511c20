import { ReadOnceError, readLineBlocks } from '@millrace/storage';
import type { PinnedInput, Source } from '@millrace/storage';

const NEWLINE = 0x0a;

/**
 * Number (from 1) of the line that starts at an offset of the decompressed content. It reads the input from its
 * start: only for reporting a fault.
 */
async function lineNumberAt(source: Source, input: PinnedInput, offset: number): Promise<number> {
  let lines = 1;
  for await (const block of readLineBlocks(source, input, { start: 0, end: input.bytes }, { from: 0 })) {
    const end = Math.min(block.bytes.length, offset - block.offset);
    for (
      let at = block.bytes.indexOf(NEWLINE);
      at >= 0 && at < end;
      at = block.bytes.indexOf(NEWLINE, at + 1)
    ) {
      lines += 1;
    }
    if (block.offset + block.bytes.length >= offset) break;
  }
  return lines;
}

/** Undefined for an input that cannot be read again. */
export async function lineNumberIfReadable(
  source: Source,
  input: PinnedInput,
  offset: number,
): Promise<number | undefined> {
  try {
    return await lineNumberAt(source, input, offset);
  } catch (error) {
    if (error instanceof ReadOnceError) return undefined;
    throw error;
  }
}
