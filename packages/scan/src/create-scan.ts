import { ChunkTooLongError, ProgramTooLargeError } from './errors.js';
import { createKernel } from './kernel.js';
import type { Kernel } from './kernel.js';
import { linesOf } from './lines-of.js';
import type { LineSpan } from './lines-of.js';
import { CHUNK_BYTES, PROGRAM_BYTES, layOut } from './memory-layout.js';
import type { ScanProgram } from './program.js';
import * as format from './program-format.js';
import { ProgramMemory } from './program-memory.js';
import { writeProgram } from './write-program.js';

const NEWLINE = 0x0a;
const MOST = 0xffffffff;
/** Room for a last newline is kept. */
const MOST_CHUNK_BYTES = CHUNK_BYTES - 1;
/** Of WebAssembly. */
const PAGE_BYTES = 65_536;

/** The room that one view has left before the next line is begun. */
export interface ScanLimit {
  readonly rows: number;
  readonly bytes: number;
}

/** Why the scan handed back control, and where it stands in the chunk. */
export interface ScanStop {
  /**
   * `end`: the chunk is used up. `odd`: the caller evaluates the line from `oddFrom` to its newline at `oddTo`, then
   * goes on. `limit`: a view has reached its limit. `full`: the output is to be taken.
   */
  readonly kind: 'end' | 'odd' | 'limit' | 'full';
  /** Where the next line begins. */
  readonly position: number;
  readonly oddFrom: number;
  readonly oddTo: number;
  /** Resources that were evaluated since the last stop. */
  readonly resources: number;
}

/** Rows of one view since the last stop. The bytes are those of the kernel: they are gone with the next `run`. */
export interface ScanOutput {
  readonly bytes: Uint8Array;
  readonly rows: number;
}

export interface Scan {
  /** The longest chunk that `begin` takes. */
  readonly mostBytes: number;
  /** Memory that the scan takes as long as it is kept. */
  readonly memoryBytes: number;
  /** Traps of the kernel that became odd lines since the scan was made: 0 unless the kernel has a fault. */
  readonly traps: number;
  /**
   * Begins a chunk of whole lines; the last may lack its newline.
   *
   * @throws ChunkTooLongError
   */
  begin(chunk: Uint8Array): void;
  /** Evaluates lines of the chunk until there is a reason to stop. */
  run(limits?: readonly ScanLimit[]): ScanStop;
  output(view: number): ScanOutput;
  /**
   * Lines since the last call that hold resources of types which the views are not over, by type as it is written. Under
   * the empty name are those of more types than are told apart.
   */
  takeOtherTypes(): ReadonlyMap<string, number>;
}

const stops = ['end', 'odd', 'full', 'limit'] as const;

/**
 * Which JSON a scan checks: `all` of a line, or the values that the views `read`. It then only counts the
 * brackets of the rest, whose faults go unnoticed.
 */
export type ScanChecks = 'all' | 'read';

/**
 * Makes a scan for the views of a program, with about 20 MB of memory of its own, and memory for the ids of
 * its filter.
 *
 * @param outputBytes what the views may write between two stops, if less than there is room for
 * @param kernel is used by this scan alone
 * @throws ProgramTooLargeError
 */
export function createScan(
  program: ScanProgram,
  checks: ScanChecks = 'all',
  outputBytes = Number.POSITIVE_INFINITY,
  kernel: Kernel = createKernel(),
): Scan {
  const set = program.filter?.ids?.set ?? new Uint8Array();
  const layout = layOut(kernel.heapBase(), set.length);
  makeRoom(kernel.memory, layout.end);
  const memory = new Uint8Array(kernel.memory.buffer);
  const words = new ProgramMemory(kernel.memory, layout.program, PROGRAM_BYTES);
  memory.set(set, layout.set);
  const outputEnd = Math.min(layout.outputEnd, layout.output + outputBytes);
  const written = writeProgram(program, words, { ...layout, outputEnd });
  const { length: viewCount } = program.views;
  const { arena, arenaEnd, text, textEnd } = layout;
  const { views } = written;
  const checksSkipped = checks === 'all' ? 1 : 0;
  kernel.setUp({ ...written, viewCount, arena, arenaEnd, text, textEnd, checksSkipped });

  const state = new DataView(kernel.memory.buffer);
  const viewWord = (view: number, offset: number): number =>
    state.getUint32(views + view * format.VIEW_BYTES + offset, true);
  const setViewWord = (view: number, offset: number, value: number): void => {
    state.setUint32(views + view * format.VIEW_BYTES + offset, value, true);
  };
  const writtenBytes = (view: number): number =>
    viewWord(view, format.VIEW_OUTPUT_NEXT) - viewWord(view, format.VIEW_OUTPUT);

  function prepare(limits: readonly ScanLimit[]): void {
    for (let view = 0; view < viewCount; view += 1) {
      setViewWord(view, format.VIEW_OUTPUT_NEXT, viewWord(view, format.VIEW_OUTPUT));
      setViewWord(view, format.VIEW_ROWS, 0);
      setViewWord(view, format.VIEW_MOST_ROWS, Math.min(limits[view]?.rows ?? MOST, MOST));
      setViewWord(view, format.VIEW_MOST_BYTES, Math.min(limits[view]?.bytes ?? MOST, MOST));
    }
  }

  let traps = 0;
  /** The lines of a chunk whose index was not made. */
  let unindexed: Iterator<LineSpan> | undefined;
  let end = 0;

  /** Rethrows any error that is not a trap. */
  function countTrap(error: unknown): void {
    if (!(error instanceof WebAssembly.RuntimeError || error instanceof RangeError)) throw error;
    traps += 1;
  }

  /** Without an index there is nothing to evaluate by: every line is odd. */
  function index(length: number): void {
    unindexed = undefined;
    try {
      kernel.begin(layout.input, length, layout.index, layout.newlines);
    } catch (error) {
      countTrap(error);
      unindexed = linesOf(memory.subarray(layout.input, layout.input + length));
    }
  }

  /** A trap leaves the finished lines as they are; the line that it happened on is odd. */
  function runKernel(): number {
    try {
      return kernel.run();
    } catch (error) {
      countTrap(error);
      kernel.skipLine();
      return format.STOP_ODD;
    }
  }

  function nextOf(lines: Iterator<LineSpan>): ScanStop {
    const line = lines.next().value as LineSpan | undefined;
    if (line === undefined) return { kind: 'end', position: end, oddFrom: end, oddTo: end, resources: 0 };
    const { from, to } = line;
    return { kind: 'odd', position: to + 1, oddFrom: from, oddTo: to, resources: 0 };
  }

  function otherTypeAt(entry: number): readonly [string, number] {
    const length = state.getUint32(entry + format.OTHER_TYPE_LENGTH, true);
    const start = entry + format.OTHER_TYPE_NAME;
    const name = Buffer.from(memory.subarray(start, start + length)).toString('utf8');
    return [name, state.getUint32(entry + format.OTHER_TYPE_COUNT, true)];
  }

  return {
    mostBytes: MOST_CHUNK_BYTES,
    memoryBytes: memory.length,
    get traps() {
      return traps;
    },
    begin(chunk) {
      if (chunk.length > MOST_CHUNK_BYTES) throw new ChunkTooLongError(chunk.length, MOST_CHUNK_BYTES);
      memory.set(chunk, layout.input);
      end = chunk.length;
      if (chunk.at(-1) !== NEWLINE) memory[layout.input + end++] = NEWLINE;
      index(end);
    },
    run(limits = []) {
      prepare(limits);
      if (unindexed !== undefined) return nextOf(unindexed);
      let stop = runKernel();
      if (stop === format.STOP_FULL && program.views.every((_, view) => writtenBytes(view) === 0)) {
        kernel.skipLine();
        stop = format.STOP_ODD;
      }
      return {
        kind: stops[stop] ?? 'end',
        position: kernel.position(),
        oddFrom: kernel.oddFrom(),
        oddTo: kernel.oddTo(),
        resources: kernel.resourceCount(),
      };
    },
    output(view) {
      const start = viewWord(view, format.VIEW_OUTPUT);
      return {
        bytes: memory.subarray(start, start + writtenBytes(view)),
        rows: viewWord(view, format.VIEW_ROWS),
      };
    },
    takeOtherTypes() {
      const table = kernel.otherTypes();
      const entries = Array.from({ length: kernel.otherTypeCount() }, (_, index) =>
        otherTypeAt(table + index * format.OTHER_TYPE_BYTES),
      );
      kernel.clearOtherTypes();
      return new Map(entries.filter(([, count]) => count > 0));
    },
  };
}

/** @throws ProgramTooLargeError when the memory may not become so large */
function makeRoom(memory: WebAssembly.Memory, bytes: number): void {
  const lacking = bytes - memory.buffer.byteLength;
  if (lacking <= 0) return;
  try {
    memory.grow(Math.ceil(lacking / PAGE_BYTES));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ProgramTooLargeError(bytes, memory.buffer.byteLength);
  }
}
