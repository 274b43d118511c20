import { ChunkTooLongError, ProgramTooLargeError } from './errors.js';
import { createKernel } from './kernel.js';
import type { Kernel } from './kernel.js';
import { linesOf } from './lines-of.js';
import type { LineSpan } from './lines-of.js';
import { CHUNK_BYTES, PROGRAM_BYTES, layOut } from './memory-layout.js';
import type { MemoryLayout } from './memory-layout.js';
import type { ScanProgram } from './program.js';
import * as format from './program-format.js';
import { ProgramMemory } from './program-memory.js';
import { writeProgram } from './write-program.js';

const NEWLINE = 0x0a;
/** Room for a last newline is kept. */
const MOST_CHUNK_BYTES = CHUNK_BYTES - 1;
/** Of WebAssembly. */
const PAGE_BYTES = 65_536;

const stops = ['end', 'odd', 'full', 'limit'] as const;

/** The room that an output has left before the next line is begun. */
export interface ScanLimit {
  readonly rows: number;
  readonly bytes: number;
}

/** Why the kernel handed back control, and where it stands in the chunk. */
export interface ScanStop {
  /**
   * `end`: the chunk is used up. `odd`: the caller evaluates the line from `oddFrom` to its newline at `oddTo`, then
   * goes on. `limit`: a limit of the output was reached. `full`: the output is to be taken.
   */
  readonly kind: 'end' | 'odd' | 'limit' | 'full';
  /** Where the next line begins. */
  readonly position: number;
  readonly oddFrom: number;
  readonly oddTo: number;
}

/**
 * Which JSON a scan checks: `all` of a line, or the values that the views `read`. It then only counts the
 * brackets of the rest, whose faults go unnoticed.
 */
export type ScanChecks = 'all' | 'read';

/** The parts of a scan that do not depend on what it makes of lines. */
export interface ScanFrame {
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
  /**
   * Lines since the last call that hold resources of types which are not read, by type as it is written. Under
   * the empty name are those of more types than are told apart.
   */
  takeOtherTypes(): ReadonlyMap<string, number>;
}

/** A kernel with a program in its memory. */
export interface OpenKernel extends ScanFrame {
  readonly memory: Uint8Array<ArrayBuffer>;
  readonly state: DataView;
  readonly layout: MemoryLayout;
  /** Address of the views. */
  readonly views: number;
  /** Whether the chunk has no index: then each of its lines is odd, and `step` does not run the kernel. */
  readonly isUnindexed: boolean;
  /**
   * Runs the kernel. A trap leaves the finished lines as they are; the line that it happened on is odd.
   *
   * @param run one of its functions, which returns a `STOP_` number
   */
  step(run: () => number): ScanStop;
}

/**
 * Opens a kernel for a program, with about 20 MB of memory of its own, and memory for the ids of its filter.
 *
 * @param outputBytes what may be written between two stops, if less than there is room for
 * @throws ProgramTooLargeError
 */
export function openKernel(
  program: ScanProgram,
  checks: ScanChecks,
  outputBytes = Number.POSITIVE_INFINITY,
  kernel: Kernel = createKernel(),
): OpenKernel {
  const { set = new Uint8Array(), exempt = new Uint8Array() } = program.filter?.ids ?? {};
  const layout = layOut(kernel.heapBase(), set.length, exempt.length);
  makeRoom(kernel.memory, layout.end);
  const memory = new Uint8Array(kernel.memory.buffer);
  const words = new ProgramMemory(kernel.memory, layout.program, PROGRAM_BYTES);
  memory.set(set, layout.set);
  memory.set(exempt, layout.exempt);
  const outputEnd = Math.min(layout.outputEnd, layout.output + outputBytes);
  const written = writeProgram(program, words, { ...layout, outputEnd });
  const { arena, arenaEnd, text, textEnd } = layout;
  const checksSkipped = checks === 'all' ? 1 : 0;
  const extents = { extents: layout.output, extentsEnd: outputEnd };
  const { length: viewCount } = program.views;
  kernel.setUp({ ...written, viewCount, arena, arenaEnd, text, textEnd, ...extents, checksSkipped });
  const state = new DataView(kernel.memory.buffer);

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

  function runKernel(run: () => number): number {
    try {
      return run();
    } catch (error) {
      countTrap(error);
      kernel.skipLine();
      return format.STOP_ODD;
    }
  }

  function nextOf(lines: Iterator<LineSpan>): ScanStop {
    const line = lines.next().value as LineSpan | undefined;
    if (line === undefined) return { kind: 'end', position: end, oddFrom: end, oddTo: end };
    const { from, to } = line;
    return { kind: 'odd', position: to + 1, oddFrom: from, oddTo: to };
  }

  function otherTypeAt(entry: number): readonly [string, number] {
    const length = state.getUint32(entry + format.OTHER_TYPE_LENGTH, true);
    const start = entry + format.OTHER_TYPE_NAME;
    const name = Buffer.from(memory.subarray(start, start + length)).toString('utf8');
    return [name, state.getUint32(entry + format.OTHER_TYPE_COUNT, true)];
  }

  return {
    memory,
    state,
    layout,
    views: written.views,
    mostBytes: MOST_CHUNK_BYTES,
    memoryBytes: memory.length,
    get traps() {
      return traps;
    },
    get isUnindexed() {
      return unindexed !== undefined;
    },
    begin(chunk) {
      if (chunk.length > MOST_CHUNK_BYTES) throw new ChunkTooLongError(chunk.length, MOST_CHUNK_BYTES);
      memory.set(chunk, layout.input);
      end = chunk.length;
      if (chunk.at(-1) !== NEWLINE) memory[layout.input + end++] = NEWLINE;
      index(end);
    },
    step(run) {
      if (unindexed !== undefined) return nextOf(unindexed);
      const stop = runKernel(run);
      return {
        kind: stops[stop] ?? 'end',
        position: kernel.position(),
        oddFrom: kernel.oddFrom(),
        oddTo: kernel.oddTo(),
      };
    },
    takeOtherTypes() {
      const table = kernel.otherTypes();
      const entries = Array.from({ length: kernel.otherTypeCount() }, (_, entry) =>
        otherTypeAt(table + entry * format.OTHER_TYPE_BYTES),
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
