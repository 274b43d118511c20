/**
 * Bytes of the rows of one resource, beyond those that a part may have anyway, where a task sets no other limit. They are in
 * memory until it is done.
 */
export const MOST_RESOURCE_BYTES = 256 << 20;

/** One resource has more rows than a thread should keep. */
export class ResourceOutputError extends Error {
  override readonly name = 'ResourceOutputError';

  constructor(mostBytes: number) {
    super(`gives rows of more than ${mostBytes >> 20} MiB, which is as much as one resource may`);
  }
}
