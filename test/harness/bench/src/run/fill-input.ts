import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { BenchmarkError } from '../errors.js';

const LINE_FEED = 10;

/** Writes whole lines of one file into another: from its beginning, and from there again, up to a size. */
export async function fillInput(from: string, to: string, mostBytes: number): Promise<void> {
  await pipeline(linesUpTo(from, mostBytes), createWriteStream(to));
}

/** @throws BenchmarkError for a file that has no line */
async function* linesUpTo(from: string, mostBytes: number): AsyncGenerator<Buffer> {
  for (let left = mostBytes; ;) {
    const before = left;
    for await (const lines of wholeLines(from)) {
      const end = lines.length <= left ? lines.length : endOfLines(lines.subarray(0, left));
      yield lines.subarray(0, end);
      if (end < lines.length) return;
      left -= end;
    }
    if (left === before) throw new BenchmarkError(`${from} has no line`);
  }
}

async function* wholeLines(file: string): AsyncGenerator<Buffer> {
  let begun = Buffer.alloc(0);
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    const read = Buffer.concat([begun, chunk]);
    const end = endOfLines(read);
    yield read.subarray(0, end);
    begun = read.subarray(end);
  }
}

function endOfLines(bytes: Buffer): number {
  return bytes.lastIndexOf(LINE_FEED) + 1;
}
