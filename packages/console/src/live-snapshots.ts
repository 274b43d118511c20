/** An event that a watcher gets: its name and its data, as JSON. */
export interface LiveEvent {
  readonly name: 'snapshot' | 'trouble';
  readonly json: string;
}

export interface LiveSnapshots {
  /**
   * Tells the watcher each snapshot until the returned function is called. The first one comes at once if others watch.
   *
   * @returns undefined when there are as many watchers as may be
   */
  watch(tell: (event: LiveEvent) => void): (() => void) | undefined;
}

/**
 * Reads the state of the system at intervals, once for all watchers, and never while nobody watches.
 *
 * @param options.read the next reading begins an interval after one has ended, so readings never overlap
 * @param options.describe says in an answer why a reading failed, without quoting the error
 * @param options.pause resolves after the time, in ms
 */
export function createLiveSnapshots(options: {
  readonly read: () => Promise<unknown>;
  readonly describe: (error: unknown) => string;
  readonly pause: (ms: number) => Promise<void>;
  readonly intervalMs: number;
  readonly mostWatchers: number;
}): LiveSnapshots {
  const { read, describe, pause, intervalMs, mostWatchers } = options;
  const watchers = new Set<{ readonly tell: (event: LiveEvent) => void }>();
  let latest: LiveEvent | undefined;
  let isRunning = false;

  async function next(): Promise<LiveEvent> {
    try {
      return { name: 'snapshot', json: JSON.stringify(await read()) };
    } catch (error) {
      return { name: 'trouble', json: JSON.stringify({ error: describe(error) }) };
    }
  }

  async function run(): Promise<void> {
    isRunning = true;
    while (watchers.size > 0) {
      latest = await next();
      for (const { tell } of watchers) tell(latest);
      await pause(intervalMs);
    }
    latest = undefined;
    isRunning = false;
  }

  return {
    watch(tell) {
      if (watchers.size >= mostWatchers) return undefined;
      const watcher = { tell };
      watchers.add(watcher);
      if (latest !== undefined) tell(latest);
      if (!isRunning) void run();
      return () => void watchers.delete(watcher);
    },
  };
}
