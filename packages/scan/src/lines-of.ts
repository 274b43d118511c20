const NEWLINE = 0x0a;
/** Tab, carriage return, space. */
const SPACES = [0x09, 0x0d, 0x20];

/** Where a line begins, and where its newline is. */
export interface LineSpan {
  readonly from: number;
  readonly to: number;
}

/** The lines of a chunk that are not blank, found without the kernel. Each ends with a newline. */
export function* linesOf(chunk: Uint8Array): Generator<LineSpan, undefined> {
  for (let from = 0, to: number; from < chunk.length; from = to + 1) {
    to = chunk.indexOf(NEWLINE, from);
    if (to < 0) return;
    if (!chunk.subarray(from, to).every((byte) => SPACES.includes(byte))) yield { from, to };
  }
}
