import { isInstant } from './instant.js';

/** A moment to the nanosecond, which a JavaScript number of milliseconds cannot hold. */
export interface Moment {
  /** Since the epoch. A leap second is the first second of the next minute. */
  readonly seconds: number;
  /** 0 to 999,999,999 */
  readonly nanoseconds: number;
}

const FRACTION = /\.(\d+)/;

/** The moment that an instant names; undefined for what is no instant. */
export function momentOf(text: string): Moment | undefined {
  if (!isInstant(text)) return undefined;
  const at = (start: number, end: number): number => Number(text.slice(start, end));
  const clock = Date.UTC(at(0, 4), at(5, 7) - 1, at(8, 10), at(11, 13), at(14, 16), at(17, 19)) / 1000;
  const fraction = FRACTION.exec(text)?.[1] ?? '';
  return {
    seconds: clock - offsetSeconds(text),
    nanoseconds: Number(fraction.padEnd(9, '0')),
  };
}

function offsetSeconds(text: string): number {
  if (text.endsWith('Z')) return 0;
  const [hours = 0, minutes = 0] = text.slice(-5).split(':').map(Number);
  return (text.at(-6) === '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
}

export function isLater(moment: Moment, than: Moment): boolean {
  return moment.seconds === than.seconds
    ? moment.nanoseconds > than.nanoseconds
    : moment.seconds > than.seconds;
}
