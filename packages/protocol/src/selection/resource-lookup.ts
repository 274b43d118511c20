/** Tells, while a request is being checked, what a source does not have. Rejects when the source does not answer. */
export interface ResourceLookup {
  /**
   * Those of some ids that no resource of the type has. Undefined when it cannot be known before the request is answered,
   * because a file is damaged: then the export looks, and fails.
   *
   * @throws when it is not known yet, as an error of the table in `http/outcome.ts`
   */
  missing(
    source: string,
    resourceType: 'Patient' | 'Group',
    ids: readonly string[],
  ): Promise<readonly string[] | undefined>;
}
