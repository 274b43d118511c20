import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { InputPlace } from './input-place.js';

/** Evaluating this many bytes takes less time than starting a thread. */
export const SMALL_BYTES = 64 << 10;
/** Evaluating this many bytes takes about as long as a thread takes to start and to warm up. */
const BYTES_WORTH_A_THREAD = 64 << 20;

/** Bytes that are read at most; Infinity where that is unknown, as of pipes and gzip files. */
export async function bytesOf(places: readonly InputPlace[]): Promise<number> {
  let bytes = 0;
  for (const { kind, path } of places) {
    if (kind !== 'file' && kind !== 'folder') return Infinity;
    const files = kind === 'file' ? [path] : (await readdir(path)).map((name) => join(path, name));
    for (const file of files) bytes += await sizeOf(file);
  }
  return bytes;
}

/** Threads, at most as many as wanted, that do more than they cost. */
export function usefulThreads(bytes: number, wanted: number): number {
  return Math.max(1, Math.min(wanted, Math.ceil(bytes / BYTES_WORTH_A_THREAD)));
}

/** Gives Infinity for a gzip file, and for all that is no plain file: nobody knows how much they hold. */
async function sizeOf(path: string): Promise<number> {
  if (path.endsWith('.gz')) return Infinity;
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true ? found.size : Infinity;
}

/** The parts of a view that make rows. */
interface Select {
  readonly column?: unknown;
  readonly forEach?: unknown;
  readonly forEachOrNull?: unknown;
  readonly repeat?: unknown;
  readonly select?: readonly Select[];
  readonly unionAll?: readonly Select[];
}

/** A path that leads back from an item to its resource, which has all items. */
const BACK = /%`?(?:resource|rootResource|context)\b/;

/**
 * Whether a view may look at, or make a row of, many times more items than an input has: it combines each item of one loop
 * with each of another, repeats inside a loop, or goes back to the resource from each item.
 */
export function multipliesRows(view: Select): boolean {
  return BACK.test(JSON.stringify(view)) || combinesLoops(view, false);
}

function combinesLoops(given: Select, isInLoop: boolean): boolean {
  const { repeat, select = [], unionAll = [] } = given;
  const parts = [...select, ...unionAll];
  if (repeat !== undefined && (isInLoop || parts.some(hasLoop))) return true;
  const loops = select.filter(hasLoop).length + (unionAll.some(hasLoop) ? 1 : 0);
  return loops > 1 || parts.some((part) => combinesLoops(part, isInLoop || isLoop(given)));
}

function isLoop({ forEach, forEachOrNull, repeat }: Select): boolean {
  return [forEach, forEachOrNull, repeat].some((path) => path !== undefined);
}

function hasLoop(given: Select): boolean {
  const { select = [], unionAll = [] } = given;
  return isLoop(given) || [...select, ...unionAll].some(hasLoop);
}
