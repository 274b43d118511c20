import { createKernel } from './kernel.js';
import type { Kernel } from './kernel.js';
import { openKernel } from './open-kernel.js';
import type { ScanChecks, ScanFrame, ScanLimit, ScanStop } from './open-kernel.js';
import type { ScanProgram } from './program.js';
import * as format from './program-format.js';

const MOST = 0xffffffff;

/** A stretch of a chunk, from the start of a line to behind the newline of the same or of a later one. */
export interface Extent {
  readonly from: number;
  readonly to: number;
  /** How many lines. */
  readonly lines: number;
}

/** Finds the lines that are copied. */
export interface CopyScan extends ScanFrame {
  /** Decides about lines of the chunk until there is a reason to stop. */
  run(limit: ScanLimit): ScanStop;
  /** The lines that the last `run` copies. Those that follow each other are one extent. */
  extents(): readonly Extent[];
}

/**
 * Makes a scan for a program without views.
 *
 * @param kernel is used by this scan alone
 * @throws ProgramTooLargeError
 */
export function createCopyScan(
  program: ScanProgram,
  checks: ScanChecks = 'all',
  kernel: Kernel = createKernel(),
): CopyScan {
  const open = openKernel(program, checks, Number.POSITIVE_INFINITY, kernel);
  const { state, layout } = open;
  return {
    mostBytes: open.mostBytes,
    memoryBytes: open.memoryBytes,
    get traps() {
      return open.traps;
    },
    begin: open.begin,
    takeOtherTypes: open.takeOtherTypes,
    run: ({ rows, bytes }) => open.step(() => kernel.copy(Math.min(rows, MOST), Math.min(bytes, MOST))),
    extents() {
      const count = open.isUnindexed ? 0 : kernel.extentCount();
      return Array.from({ length: count }, (_, index) => {
        const at = layout.output + index * format.EXTENT_BYTES;
        return {
          from: state.getUint32(at + format.EXTENT_START, true),
          to: state.getUint32(at + format.EXTENT_END, true),
          lines: state.getUint32(at + format.EXTENT_LINES, true),
        };
      });
    },
  };
}
