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
 * @param look gets milliseconds: how long this process could run, and how much of that one of its threads can
 *   have worked at most. Where other processes have the processors, a thread waits, and its input cannot help that.
 */
export function everyTick(look: (livedMs: number, workedMs: number) => void): Ticks {
  let last = performance.now();
  let used = process.cpuUsage();
  const timer = setInterval(() => {
    const now = performance.now();
    const since = process.cpuUsage(used);
    used = { user: used.user + since.user, system: used.system + since.system };
    const livedMs = Math.min(now - last, MOST_BETWEEN_MS);
    last = now;
    look(livedMs, Math.min(livedMs, (since.user + since.system) / 1000));
  }, TICK_MS);
  timer.unref();
  return { end: () => clearInterval(timer) };
}
