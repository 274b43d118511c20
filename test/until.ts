import { setTimeout as wait } from 'node:timers/promises';

const PAUSE_MS = 10;

/** Waits for a condition: the first value that is neither undefined nor false. @throws Error when it takes too long */
export async function until<T>(
  look: () => Promise<T | undefined | false>,
  what = 'a condition',
  limitMs = 60_000,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`waited ${limitMs} ms for ${what}`);
    await wait(PAUSE_MS);
  }
}
