/** The chunks of one complete part, in order. */
export type PartChunks = readonly Uint8Array[];

/** Makes one file of the parts of one view. CSV parts come without header. */
export interface PartJoiner {
  /** What to append for the next part. */
  add(part: PartChunks): PartChunks;
  /** What completes the file; without any part, all of it. */
  finish(): PartChunks;
}
