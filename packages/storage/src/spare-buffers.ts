/** Buffers of one size that are used again and again. */
export interface SpareBuffers {
  readonly bytes: number;
  /** A spare buffer, or a new one. It may still have old content. */
  take(): Buffer;
  /** Nobody may use the buffer any more. */
  give(buffer: Buffer): void;
}

/**
 * Keeps buffers instead of dropping them. V8 counts the bytes of buffers: after every few dozen megabytes of
 * new ones it marks its whole heap, which took a tenth of the time of a scan.
 *
 * @param most spare buffers that are kept
 */
export function createSpareBuffers(bytes: number, most: number): SpareBuffers {
  const spare: Buffer[] = [];
  return {
    bytes,
    take: () => spare.pop() ?? Buffer.allocUnsafeSlow(bytes),
    give(buffer) {
      if (buffer.length === bytes && spare.length < most) spare.push(buffer);
    },
  };
}
