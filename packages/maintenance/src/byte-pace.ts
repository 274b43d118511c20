/** Waits until as much time has passed as the bytes so far should have taken. */
export type BytePace = (bytes: number) => Promise<void>;

/** @param clock `now` gives milliseconds and never goes back; `wait` waits for the given milliseconds */
export function bytePace(
  bytesPerSecond: number,
  clock: { now(): number; wait(ms: number): Promise<void> },
): BytePace {
  const startedAt = clock.now();
  let passed = 0;
  return async (bytes) => {
    passed += bytes;
    const aheadMs = (passed / bytesPerSecond) * 1000 - (clock.now() - startedAt);
    // A shorter wait costs more than it delays.
    if (aheadMs >= 1) await clock.wait(aheadMs);
  };
}
