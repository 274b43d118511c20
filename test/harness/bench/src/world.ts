/** The outside world as a benchmark sees it. */
export interface BenchWorld {
  /** Results, as JSON. */
  out(text: string): void;
  /** Faults, and reports of slow steps. */
  err(text: string): void;
  /** Ends a benchmark early; it leaves nothing running. */
  readonly stop: AbortSignal;
  /** `MILLRACE_PEERS`: programs to compare with, as `readPeerCommands` wants them. */
  readonly peers?: string | undefined;
}
