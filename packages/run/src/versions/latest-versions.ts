import type { Moment } from '@millrace/fhir';
import { createIdTexts } from './id-texts.js';

/** A line by its place. */
export interface LinePlace {
  readonly input: number;
  readonly offset: number;
  /** Without the newline. */
  readonly length: number;
}

/** The latest version that was met of each id. */
export interface LatestVersions {
  /**
   * Takes the next line of the input. Returns the place of the line that is older: this one, or the one that was the latest.
   * Undefined for the first version of an id.
   *
   * @param hash of the id
   * @param changed undefined where the version does not say when: it is older than any that does
   * @throws TooManyIdsError
   */
  take(id: Uint8Array, hash: number, changed: Moment | undefined, line: LinePlace): LinePlace | undefined;
  /** Whether an id was met. */
  has(id: Uint8Array, hash: number): boolean;
  /** Whether the latest version of an id was changed later than that; false for an id that was not met. */
  isLater(id: Uint8Array, hash: number, than: Moment | undefined): boolean;
}

/** There are more ids than a table may hold. */
export class TooManyIdsError extends Error {
  override readonly name = 'TooManyIdsError';
}

/** With ids of 36 characters their table takes 1.5 GB. */
const MOST_IDS = 2 ** 24;
const FIRST_ROOM = 1024;
const NANO_DIGITS = 9;
const NEVER = -Infinity;

/** The columns of the table: an id has the same place in each. */
interface Columns {
  readonly hash: Uint32Array;
  /** Of the last change; `NEVER` where the version does not say when. */
  readonly seconds: Float64Array;
  readonly nanos: Uint32Array;
  readonly input: Uint32Array;
  readonly offset: Float64Array;
  readonly length: Uint32Array;
}

/**
 * A table in flat memory, outside of the JavaScript heap. Of two versions that were changed at the same moment the later line
 * is the latest. Ids are compared byte for byte.
 */
export function createLatestVersions(mostIds = MOST_IDS): LatestVersions {
  const texts = createIdTexts();
  /** Digits of a fraction behind the nanoseconds, where there are any. */
  const finer = new Map<number, string>();
  let columns = columnsOf(FIRST_ROOM);
  /** 1 + the place of an id, at a slot that its hash leads to; 0 where there is none. */
  let slots = new Uint32Array(4 * FIRST_ROOM);
  let count = 0;

  function grow(): void {
    if (count >= mostIds) throw new TooManyIdsError(`there are more than ${mostIds} ids`);
    const grown = columnsOf(2 * count);
    for (const name of Object.keys(grown) as (keyof Columns)[]) grown[name].set(columns[name]);
    columns = grown;
    slots = new Uint32Array(8 * count);
    for (let place = 0; place < count; place += 1) {
      let slot = (columns.hash[place] ?? 0) & (slots.length - 1);
      while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = place + 1;
    }
  }

  /** The slot of an id, or the empty one that it would have. */
  function slotOf(id: Uint8Array, hash: number): number {
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const place = (slots[slot] ?? 0) - 1;
      if (place < 0 || (columns.hash[place] === hash && texts.isAt(place, id))) return slot;
    }
  }

  function set(place: number, changed: Moment | undefined, line: LinePlace): void {
    const digits = changed?.fraction ?? '';
    columns.seconds[place] = changed?.seconds ?? NEVER;
    columns.nanos[place] = nanosOf(digits);
    if (digits.length > NANO_DIGITS) finer.set(place, digits.slice(NANO_DIGITS));
    else if (finer.size > 0) finer.delete(place);
    columns.input[place] = line.input;
    columns.offset[place] = line.offset;
    columns.length[place] = line.length;
  }

  /** Whether the version at a place was changed later than that. */
  function isLaterAt(place: number, changed: Moment | undefined): boolean {
    const seconds = columns.seconds[place] ?? NEVER;
    const other = changed?.seconds ?? NEVER;
    if (seconds !== other) return seconds > other;
    const digits = changed?.fraction ?? '';
    const nanos = columns.nanos[place] ?? 0;
    if (nanos !== nanosOf(digits)) return nanos > nanosOf(digits);
    return (finer.get(place) ?? '') > digits.slice(NANO_DIGITS);
  }

  return {
    take(id, hash, changed, line) {
      if (count === columns.hash.length) grow();
      const slot = slotOf(id, hash);
      const place = (slots[slot] ?? 0) - 1;
      if (place < 0) {
        columns.hash[count] = hash;
        texts.add(id);
        set(count, changed, line);
        count += 1;
        slots[slot] = count;
        return undefined;
      }
      if (isLaterAt(place, changed)) return line;
      const older = {
        input: columns.input[place] ?? 0,
        offset: columns.offset[place] ?? 0,
        length: columns.length[place] ?? 0,
      };
      set(place, changed, line);
      return older;
    },
    has: (id, hash) => slots[slotOf(id, hash)] !== 0,
    isLater(id, hash, than) {
      const place = (slots[slotOf(id, hash)] ?? 0) - 1;
      return place >= 0 && isLaterAt(place, than);
    },
  };
}

function nanosOf(digits: string): number {
  return digits === '' ? 0 : Number(digits.slice(0, NANO_DIGITS).padEnd(NANO_DIGITS, '0'));
}

function columnsOf(room: number): Columns {
  return {
    hash: new Uint32Array(room),
    seconds: new Float64Array(room),
    nanos: new Uint32Array(room),
    input: new Uint32Array(room),
    offset: new Float64Array(room),
    length: new Uint32Array(room),
  };
}
