import { setTimeout as wait } from 'node:timers/promises';

/** Waits for a condition: the first value that is not undefined. */
export async function until<T>(
  look: () => Promise<T | undefined>,
  what: string,
  limitMs = 60_000,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`waited ${limitMs} ms for ${what}`);
    await wait(25);
  }
}
