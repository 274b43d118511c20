/** What a run of the suite has of the world outside. */
export interface SuiteWorld {
  /** Counts and failures. */
  out(text: string): void;
  /** What takes time, and what could not be done. */
  err(text: string): void;
  /** `REDIS_URL`: a Redis that runs already; else one is started. */
  readonly redisUrl: string | undefined;
  /** Ends the run early; it leaves nothing running. */
  readonly signal: AbortSignal;
}
