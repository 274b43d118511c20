/**
 * Runs tasks `atOnce` at a time and gives their results in order. A task is started when the result `atOnce`
 * places before it has been used up, so that `atOnce` slots of memory are enough.
 *
 * @param start starts task n in slot `n % atOnce`
 */
export async function* readAhead<Result>(
  count: number,
  atOnce: number,
  start: (n: number) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const running: Promise<Result>[] = [];
  const launch = (n: number) => {
    const task = start(n);
    // It is awaited in its turn, or never when the consumer leaves.
    task.catch(() => undefined);
    running.push(task);
  };
  for (let n = 0; n < Math.min(atOnce, count); n += 1) launch(n);
  for (let n = 0; n < count; n += 1) {
    const task = running.shift();
    if (!task) return;
    yield await task;
    if (n + atOnce < count) launch(n + atOnce);
  }
}
