/** A committed part is not in the object store as it was committed. */
export class PartMissingError extends Error {
  override readonly name = 'PartMissingError';
  readonly key: string;

  constructor(key: string, reason: string) {
    super(`output file ${key} ${reason}`);
    this.key = key;
  }
}
