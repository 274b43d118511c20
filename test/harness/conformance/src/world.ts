import type { ToolOutput } from '@millrace/harness-kit';

/** The world outside of a run of the suite. */
export interface SuiteWorld extends ToolOutput {
  /** `REDIS_URL`: a Redis that runs already; else one is started. */
  readonly redisUrl: string | undefined;
  /** Ends the run early; it leaves nothing running. */
  readonly signal: AbortSignal;
}
