import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';

/** Bytes of a file, and what is done with them. */
export interface BareWork {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  /** `copy`: to a file of this name, hashed and synced. `parse`: each line by `JSON.parse`. */
  readonly how: { readonly kind: 'copy'; readonly to: string } | { readonly kind: 'parse' };
}

const NEWLINE = 0x0a;
/** As much as the service writes at once. */
const BLOCK_BYTES = 1 << 20;

/** The least work that copies bytes, or that parses lines: nothing else is done. */
export function doBareWork({ file, start, end, how }: BareWork): void {
  const input = openSync(file, 'r');
  try {
    if (how.kind === 'copy') copyBytes(input, start, end, how.to);
    else parseLines(input, start, end);
  } finally {
    closeSync(input);
  }
}

function copyBytes(input: number, start: number, end: number, to: string): void {
  const output = openSync(to, 'wx');
  const hash = createHash('sha256');
  const block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  for (let at = start; at < end;) {
    const read = readSync(input, block, 0, Math.min(block.length, end - at), at);
    const filled = block.subarray(0, read);
    hash.update(filled);
    for (let done = 0; done < read;) done += writeSync(output, filled, done);
    at += read;
  }
  hash.digest('hex');
  fsyncSync(output);
  closeSync(output);
}

function parseLines(input: number, start: number, end: number): void {
  const block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  let kept = 0;
  for (let at = start; at < end;) {
    const read = readSync(input, block, kept, Math.min(block.length - kept, end - at), at);
    at += read;
    const filled = block.subarray(0, kept + read);
    let from = 0;
    for (let newline = filled.indexOf(NEWLINE); newline >= 0; newline = filled.indexOf(NEWLINE, from)) {
      JSON.parse(filled.toString('utf8', from, newline));
      from = newline + 1;
    }
    block.copyWithin(0, from, filled.length);
    kept = filled.length - from;
  }
}
