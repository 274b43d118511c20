/** Milliseconds between two ticks. */
const TICK_MS = 100;

/** A look may come late because the event loop is busy. More than this was spent frozen, or suspended with the machine. */
const MOST_BETWEEN_MS = 5 * TICK_MS;

export interface Ticks {
  end(): void;
}

/**
 * Calls a function again and again with the time since the last call. Time in which this process did not run
 * does not count: `SIGSTOP` and a paused machine stop its threads too.
 *
 * @param look gets milliseconds
 */
export function everyTick(look: (livedMs: number) => void): Ticks {
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    const lived = Math.min(now - last, MOST_BETWEEN_MS);
    last = now;
    look(lived);
  }, TICK_MS);
  timer.unref();
  return { end: () => clearInterval(timer) };
}
