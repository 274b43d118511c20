import type { PinnedInput } from './source.js';

/** @throws RangeError unless `[start, end)` lies within the input as it was pinned. */
export function checkReadRange(input: PinnedInput, start: number, end: number): void {
  if (start < 0 || end < start || end > input.bytes) {
    throw new RangeError(`range ${start} to ${end} is outside of input ${input.key} of ${input.bytes} bytes`);
  }
}
