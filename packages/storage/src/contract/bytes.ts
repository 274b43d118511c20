/** Bytes that differ from one place to the next, the same for the same length. */
export function patternOf(length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let i = 0; i < length; i += 1) bytes[i] = (i * 31) >> 6;
  return bytes;
}
