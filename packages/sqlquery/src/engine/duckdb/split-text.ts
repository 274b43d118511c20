import { closeSync, openSync, readSync, renameSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { SqlPart } from '../sql-engine.js';
import type { Layout } from './expressions.js';

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly rows: number;
}

const BLOCK_BYTES = 1 << 20;
const NEWLINE = 0x0a;
const QUOTE = 0x22;

/**
 * Makes parts of a file that has all rows, each a complete file. DuckDB itself splits files in no order.
 *
 * @param rows of the file
 * @param isQuoted rows may have newlines between quotes, as those of CSV
 */
export function splitText(
  file: string,
  folder: string,
  layout: Layout,
  { rows, partBytes, isQuoted, ending }: SplitOptions,
): readonly SqlPart[] {
  const nameOf = (part: number): string => join(folder, `part-${part}.${ending}`);
  const { size } = statSync(file);
  if (rows === 0) {
    unlinkSync(file);
    return [writePart(nameOf(0), undefined, layout.empty, '', { from: 0, to: 0, rows: 0 })];
  }
  if (size <= partBytes) {
    renameSync(file, nameOf(0));
    return [{ path: nameOf(0), rows, bytes: size }];
  }
  const source = openSync(file, 'r');
  try {
    const from = Buffer.byteLength(layout.head);
    const to = size - Buffer.byteLength(layout.tail);
    const stretches = findStretches(source, { from, to, rows }, layout, partBytes, isQuoted);
    return stretches.map((stretch, part) =>
      writePart(nameOf(part), source, layout.head, layout.tail, stretch),
    );
  } finally {
    closeSync(source);
    unlinkSync(file);
  }
}

interface SplitOptions {
  readonly rows: number;
  readonly partBytes: number;
  readonly isQuoted: boolean;
  /** The ending of the names of parts, without the dot. */
  readonly ending: string;
}

/** A stretch ends with the first row that makes it as long as a part. */
function findStretches(
  source: number,
  all: Stretch,
  { separator }: Layout,
  partBytes: number,
  isQuoted: boolean,
): readonly Stretch[] {
  const stretches: Stretch[] = [];
  const block = Buffer.allocUnsafe(BLOCK_BYTES);
  let { from } = all;
  let rows = 0;
  let done = 0;
  let within = false;
  for (let at = all.from; at < all.to;) {
    const length = readSync(source, block, 0, Math.min(BLOCK_BYTES, all.to - at), at);
    if (length === 0) break;
    const bytes = block.subarray(0, length);
    for (let next = 0; next < length; next += 1) {
      if (isQuoted) {
        // Quotes within quotes are written twice, so that they change nothing.
        while (next < length && bytes[next] !== NEWLINE) {
          if (bytes[next] === QUOTE) within = !within;
          next += 1;
        }
        if (next === length || within) continue;
      } else {
        next = bytes.indexOf(NEWLINE, next);
        if (next < 0) break;
      }
      rows += 1;
      const end = at + next + 1;
      if (end - from < partBytes) continue;
      stretches.push({ from, to: separator === '\n' ? end : end - separator.length, rows });
      from = end;
      done += rows;
      rows = 0;
    }
    at += length;
  }
  if (from < all.to) stretches.push({ from, to: all.to, rows: all.rows - done });
  return stretches;
}

function writePart(
  path: string,
  source: number | undefined,
  head: string,
  tail: string,
  { from, to, rows }: Stretch,
): SqlPart {
  const target = openSync(path, 'wx');
  try {
    let bytes = writeAll(target, Buffer.from(head));
    const block = Buffer.allocUnsafe(Math.min(BLOCK_BYTES, to - from));
    for (let at = from; source !== undefined && at < to;) {
      const length = readSync(source, block, 0, Math.min(block.length, to - at), at);
      if (length === 0) throw new Error('a file of rows became shorter while it was split');
      bytes += writeAll(target, block.subarray(0, length));
      at += length;
    }
    bytes += writeAll(target, Buffer.from(tail));
    return { path, rows, bytes };
  } finally {
    closeSync(target);
  }
}

function writeAll(target: number, bytes: Uint8Array): number {
  for (let written = 0; written < bytes.length;) written += writeSync(target, bytes, written);
  return bytes.length;
}
