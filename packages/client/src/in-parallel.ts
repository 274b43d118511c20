/**
 * Does work for each item, some at a time. The first failure ends the rest: its signal aborts, and the failure is thrown
 * once nothing runs any more.
 */
export async function inParallel<T>(
  items: readonly T[],
  atATime: number,
  outer: AbortSignal | undefined,
  work: (item: T, signal: AbortSignal, index: number) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const signal = outer ? AbortSignal.any([outer, failed.signal]) : failed.signal;
  const queue = items.entries();
  const workOn = async (): Promise<void> => {
    // The iterator is shared by all loops, so each takes the next one that nobody has.
    for (const [index, item] of queue) {
      signal.throwIfAborted();
      await work(item, signal, index);
    }
  };
  const loops = Array.from({ length: Math.min(atATime, items.length) }, workOn);
  try {
    await Promise.all(loops);
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled(loops);
    throw error;
  }
}
