/** The chunks of one complete part, in order. */
export type PartChunks = readonly Uint8Array[];

/** Makes one file of the parts of one view. CSV parts come without header. */
export interface PartJoiner {
  /** Takes the next part; returns the chunks to append to the file. */
  add(part: PartChunks): PartChunks;
  /** Returns the chunks that complete the file: the whole file if there was no part. */
  finish(): PartChunks;
}
