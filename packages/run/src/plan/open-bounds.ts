import { lineStartFrom } from '@millrace/storage';
import type { RangePlan } from './plan-ranges.js';

/** Offsets of whole lines; equal where one line reaches over the whole range. */
export interface RangeBounds {
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the lines at which the ranges of a plan with ideal cuts begin and end, each when it is asked for: the first rows
 * need not wait for those of the last range, which a run may never come to. The bounds of the ranges behind it are looked
 * up meanwhile: a lookup takes several rounds of the event loop, and a thread that evaluates lines too has few of them.
 *
 * @param ahead how many ranges are looked up behind the one that is asked for
 * @returns gives the bounds of a range, by its place in the plan; rejects with what the source throws
 */
export function openBounds(
  { ranges, inputs }: Pick<RangePlan, 'ranges' | 'inputs'>,
  ahead: number,
  signal: AbortSignal,
): (range: number) => Promise<RangeBounds> {
  /** The end of a range is the start of the next one. */
  const found = new Map<string, Promise<number>>();

  function lineAt(place: number, of: number): Promise<number> {
    const { source, input } = inputs[of] ?? missing();
    if (place === 0 || place >= input.bytes) return Promise.resolve(place);
    const key = `${of} ${place}`;
    const known = found.get(key);
    // Nobody asks a third time.
    if (known !== undefined) found.delete(key);
    const line = known ?? lineStartFrom(source, input, place, signal);
    if (known === undefined) found.set(key, line);
    return line;
  }

  async function boundsOf({ input, start, end }: RangePlan['ranges'][number]): Promise<RangeBounds> {
    const [from, to] = await Promise.all([lineAt(start, input), lineAt(end, input)]);
    return { start: from, end: to };
  }

  const bounds = new Map<number, Promise<RangeBounds>>();

  function lookUp(at: number): Promise<RangeBounds> {
    const known = bounds.get(at);
    if (known !== undefined) return known;
    const looked = boundsOf(ranges[at] ?? missing());
    // Its failure is told where the range is asked for.
    looked.catch(() => undefined);
    bounds.set(at, looked);
    return looked;
  }

  return (range) => {
    const asked = lookUp(range);
    for (let at = range + 1; at <= range + ahead && at < ranges.length; at += 1) void lookUp(at);
    return asked;
  };
}

function missing(): never {
  throw new Error('a plan names an input or a range that it does not have');
}
