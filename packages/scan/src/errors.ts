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
