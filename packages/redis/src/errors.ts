/** A Redis answers, but the job store and the queue would lose or corrupt work on it. */
export class UnsuitableRedisError extends Error {
  override readonly name = 'UnsuitableRedisError';
  /** One sentence for each thing that is wrong. */
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`This Redis cannot be used: ${faults.join(' ')}`);
    this.faults = faults;
  }
}
