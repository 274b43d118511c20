/** The Provenance of an export cannot be chosen within the limits. */
export class ProvenanceTooLargeError extends Error {
  override readonly name = 'ProvenanceTooLargeError';

  /** @param what that there is too much of */
  constructor(what: string) {
    super(`${what}; that is the most that Provenance is chosen from by the resources that are its targets`);
  }
}
