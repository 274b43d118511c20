/** A program does not fit into the memory of the kernel. */
export class ProgramTooLargeError extends Error {
  override readonly name = 'ProgramTooLargeError';
  readonly bytes: number;
  readonly mostBytes: number;

  constructor(bytes: number, mostBytes: number) {
    super(`the program of the views takes ${bytes} bytes or more; expected ${mostBytes} at most`);
    this.bytes = bytes;
    this.mostBytes = mostBytes;
  }
}

/** A chunk is longer than a scan has room for. */
export class ChunkTooLongError extends RangeError {
  override readonly name = 'ChunkTooLongError';
  readonly bytes: number;
  readonly mostBytes: number;

  constructor(bytes: number, mostBytes: number) {
    super(`the chunk has ${bytes} bytes; expected ${mostBytes} at most`);
    this.bytes = bytes;
    this.mostBytes = mostBytes;
  }
}
