/** Redis does not answer, or not in a way that can be worked with. The request may be repeated. */
export class JobStoreUnavailableError extends Error {
  override readonly name = 'JobStoreUnavailableError';

  constructor(reason: string, options?: ErrorOptions) {
    super(`Redis cannot be used: ${reason}`, options);
  }
}
