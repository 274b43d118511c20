/** Tells, while a request is being checked, what a source does not have. Rejects when the source does not answer. */
export interface ResourceLookup {
  /**
   * Those of some ids that no resource of the type has. Undefined when the source is too large to look through before the
   * request is answered: then the export looks, and fails.
   */
  missing(
    source: string,
    resourceType: string,
    ids: readonly string[],
  ): Promise<readonly string[] | undefined>;
}
