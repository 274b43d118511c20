import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { createPartEncoder } from '@millrace/formats';
import type { Format } from '@millrace/formats';
import type { Scan } from '@millrace/scan';
import { createResourceParser } from '@millrace/viewdef';
import type { CompiledView } from '@millrace/viewdef';
import { BenchmarkError } from '../errors.js';

/** A range of whole lines of one file, and the files that its rows go to: plain data, because it crosses to a thread. */
export interface PlainRange {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  /** For each view its file, and the bytes that the file begins with. */
  readonly outputs: readonly { readonly file: string; readonly header: Uint8Array }[];
}

/** A file that is written. */
export interface PlainFile {
  readonly rows: number;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

interface Output {
  append(bytes: Uint8Array, rows: number): void;
  close(): PlainFile;
}

const NEWLINE = 0x0a;
/** As much as the service writes at once. */
const BLOCK_BYTES = 1 << 20;

/** A scan, and the engine for the lines that it leaves. */
export interface PlainEngine {
  readonly scan: Scan;
  readonly views: readonly CompiledView[];
  readonly format: Format;
}

/**
 * The least work with a scan: read, scan, hash, write and sync, one after the other, and nothing else. A
 * benchmark measures what the product adds to it.
 */
export function passPlainly(range: PlainRange, engine: PlainEngine): PlainFile[] {
  const input = openSync(range.file, 'r');
  try {
    const outputs = range.outputs.map(({ file, header }) => createOutput(file, header));
    const evaluate = createLineEvaluator(engine, outputs);
    const buffer = Buffer.allocUnsafeSlow(engine.scan.mostBytes);
    let kept = 0;
    for (let at = range.start; at < range.end;) {
      const read = readSync(input, buffer, kept, Math.min(buffer.length - kept, range.end - at), at);
      at += read;
      const filled = buffer.subarray(0, kept + read);
      const lines = at === range.end ? filled.length : filled.lastIndexOf(NEWLINE) + 1;
      if (read === 0 || lines === 0) throw new BenchmarkError(`${range.file} cannot be scanned up to ${at}`);
      scanLines(filled.subarray(0, lines), engine.scan, outputs, evaluate);
      buffer.copyWithin(0, lines, filled.length);
      kept = filled.length - lines;
    }
    return outputs.map((output) => output.close());
  } finally {
    closeSync(input);
  }
}

function scanLines(
  lines: Buffer,
  scan: Scan,
  outputs: readonly Output[],
  evaluate: (line: string) => void,
): void {
  scan.begin(lines);
  for (;;) {
    const { kind, oddFrom, oddTo } = scan.run();
    outputs.forEach((output, view) => {
      const { bytes, rows } = scan.output(view);
      if (rows > 0) output.append(bytes, rows);
    });
    if (kind === 'end') return;
    if (kind === 'odd') evaluate(lines.toString('utf8', oddFrom, oddTo));
  }
}

function createLineEvaluator(
  { views, format }: PlainEngine,
  outputs: readonly Output[],
): (line: string) => void {
  const parse = createResourceParser(views);
  const encoders = views.map(({ columns }) => createPartEncoder({ format, header: false }, columns));
  return (line) => {
    const resource = parse(line);
    views.forEach((view, index) => {
      const encoder = encoders[index];
      const before = encoder?.rows ?? 0;
      view.evaluate(resource, (row) => encoder?.add(row));
      outputs[index]?.append(encoder?.take() ?? new Uint8Array(), (encoder?.rows ?? 0) - before);
    });
  };
}

function createOutput(file: string, header: Uint8Array): Output {
  const target = openSync(file, 'wx');
  const hash = createHash('sha256');
  const block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  let [filled, written, rows] = [0, 0, 0];

  function flush(): void {
    const full = block.subarray(0, filled);
    hash.update(full);
    for (let at = 0; at < full.length;) at += writeSync(target, full, at);
    written += filled;
    filled = 0;
  }
  function append(bytes: Uint8Array, count: number): void {
    rows += count;
    for (let at = 0; at < bytes.length;) {
      const piece = bytes.subarray(at, at + BLOCK_BYTES - filled);
      block.set(piece, filled);
      filled += piece.length;
      at += piece.length;
      if (filled === BLOCK_BYTES) flush();
    }
  }

  append(header, 0);
  return {
    append,
    close() {
      flush();
      fsyncSync(target);
      closeSync(target);
      return { rows, bytes: written, sha256: hash.digest('hex') };
    },
  };
}
