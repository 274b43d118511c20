import type { ExportRequest } from '@millrace/export';
import { lesser } from './output-limits.js';

/** The longest that Node waits. A step that would wait longer is claimed again before. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** An export has run for longer than one may. */
export class ExportTooLongError extends Error {
  override readonly name = 'ExportTooLongError';

  constructor(mostMs: number) {
    super(
      `the export has run for ${mostMs / 1000} s, which is the most that one export may; ask for less of it`,
    );
  }
}

/** @returns the most milliseconds that an export may run: those of the worker, or of its tenant where they are less. 0 means no limit */
export function runTimeOf(usualMs: number, { limits = {} }: Pick<ExportRequest, 'limits'>): number {
  return lesser(usualMs, limits.seconds === undefined ? undefined : limits.seconds * 1000);
}

/**
 * Tells when the time of an export is up, at once where it is up already.
 *
 * @param ranMs how long the export has run
 * @param mostMs 0 means no limit
 */
export function watchRunTime(
  ranMs: number,
  mostMs: number,
  onOver: (error: ExportTooLongError) => void,
): Disposable {
  if (mostMs === 0) return { [Symbol.dispose]: () => undefined };
  const leftMs = mostMs - ranMs;
  if (leftMs <= 0) onOver(new ExportTooLongError(mostMs));
  const timer =
    leftMs > 0 && leftMs <= LONGEST_TIMER_MS
      ? setTimeout(() => onOver(new ExportTooLongError(mostMs)), leftMs)
      : undefined;
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}
