import { setTimeout as delay } from 'node:timers/promises';

const ASK_MS = 2_000;
const PAUSE_MS = 50;

/**
 * Asks until a URL answers 2xx. False when it has not within the time.
 *
 * @param check called before each question; what it throws ends the wait
 */
export async function answersWithin(
  url: string,
  withinMs: number,
  check: () => void | Promise<void>,
): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline) {
    await check();
    // Nobody listens yet, or it takes too long: both pass, or end at the deadline.
    const answer = await fetch(url, { signal: AbortSignal.timeout(ASK_MS) }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return true;
    await delay(PAUSE_MS);
  }
  return false;
}
