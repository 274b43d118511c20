/** Remembers the assertions that clients have used, for all instances. */
export interface SeenAssertions {
  /**
   * Whether an assertion is used for the first time. Of any number of calls for one, at any instances, one is told `true`.
   *
   * @param untilMs since the epoch: it must be remembered until then
   */
  isFirst(issuer: string, jti: string, untilMs: number): Promise<boolean>;
}
