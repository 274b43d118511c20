import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 25;

/** Waits for a condition, and says whether it came true in time. */
export async function comesTrue(
  look: () => boolean | Promise<boolean>,
  withinMs: number,
  pollMs: number = POLL_MS,
): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    if (await look()) return true;
    if (performance.now() >= deadline) return false;
    await delay(pollMs);
  }
}
