import { createKernel } from './kernel.js';
import type { Kernel } from './kernel.js';
import { openKernel } from './open-kernel.js';
import type { ScanChecks, ScanFrame, ScanLimit, ScanStop } from './open-kernel.js';
import type { ScanProgram } from './program.js';
import * as format from './program-format.js';

const MOST = 0xffffffff;

/** Rows of one view since the last stop. The bytes are those of the kernel: they are gone with the next `run`. */
export interface ScanOutput {
  readonly bytes: Uint8Array;
  readonly rows: number;
}

export interface Scan extends ScanFrame {
  /**
   * Evaluates lines of the chunk until there is a reason to stop. `resources` are those that were evaluated since the
   * last stop.
   */
  run(limits?: readonly ScanLimit[]): ScanStop & { readonly resources: number };
  output(view: number): ScanOutput;
}

/**
 * Makes a scan for the views of a program.
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
  const open = openKernel(program, checks, outputBytes, kernel);
  const { memory, state, views } = open;
  const { length: viewCount } = program.views;
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

  /** A line whose rows fit into no buffer is odd. */
  function run(): number {
    const stop = kernel.run();
    if (stop !== format.STOP_FULL || program.views.some((_, view) => writtenBytes(view) > 0)) return stop;
    kernel.skipLine();
    return format.STOP_ODD;
  }

  return {
    mostBytes: open.mostBytes,
    memoryBytes: open.memoryBytes,
    get traps() {
      return open.traps;
    },
    begin: open.begin,
    takeOtherTypes: open.takeOtherTypes,
    run(limits = []) {
      prepare(limits);
      const { isUnindexed } = open;
      const { kind, position, oddFrom, oddTo } = open.step(run);
      // Written out: a spread here takes 1 % of an export.
      return { kind, position, oddFrom, oddTo, resources: isUnindexed ? 0 : kernel.resourceCount() };
    },
    output(view) {
      const start = viewWord(view, format.VIEW_OUTPUT);
      return {
        bytes: memory.subarray(start, start + writtenBytes(view)),
        rows: viewWord(view, format.VIEW_ROWS),
      };
    },
  };
}
