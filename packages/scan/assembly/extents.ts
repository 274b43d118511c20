import { EXTENT_BYTES, EXTENT_END, EXTENT_LINES, EXTENT_START } from '../src/program-format';
import { Line } from './line';

/** The stretches of a chunk whose lines are copied. Lines that follow each other are one of them. */
export class Extents {
  static first: usize = 0;
  static end: usize = 0;
  static next: usize = 0;
  static lines: u32 = 0;
  static bytes: u32 = 0;
  static mostLines: u32 = 0;
  static mostBytes: u32 = 0;

  static clear(mostLines: u32, mostBytes: u32): void {
    Extents.next = Extents.first;
    Extents.lines = 0;
    Extents.bytes = 0;
    Extents.mostLines = mostLines;
    Extents.mostBytes = mostBytes;
  }

  @inline static atLimit(): bool {
    return Extents.lines >= Extents.mostLines || Extents.bytes >= Extents.mostBytes;
  }

  /** Adds a line with its newline. There is room for as many as a chunk can have; false otherwise. */
  @inline static add(start: usize, end: usize): bool {
    const from = <u32>(start - Line.input);
    const to = <u32>(end - Line.input);
    const last = Extents.next - EXTENT_BYTES;
    if (Extents.lines && load<u32>(last, EXTENT_END) == from) {
      store<u32>(last, to, EXTENT_END);
      store<u32>(last, load<u32>(last, EXTENT_LINES) + 1, EXTENT_LINES);
    } else {
      if (Extents.next + EXTENT_BYTES > Extents.end) return false;
      store<u32>(Extents.next, from, EXTENT_START);
      store<u32>(Extents.next, to, EXTENT_END);
      store<u32>(Extents.next, 1, EXTENT_LINES);
      Extents.next += EXTENT_BYTES;
    }
    Extents.lines++;
    Extents.bytes += to - from;
    return true;
  }
}
