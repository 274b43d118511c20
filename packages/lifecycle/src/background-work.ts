/** Work that goes on after its request was answered. A shutdown waits for it. */
export interface BackgroundWork {
  /** Resolves when the work has ended, whether or not it failed. */
  run(work: () => Promise<unknown>): Promise<void>;
  settled(): Promise<void>;
}

export function createBackgroundWork(onError: (error: unknown) => void): BackgroundWork {
  const running = new Set<Promise<void>>();
  return {
    run(work) {
      const done = work()
        .then(() => undefined, onError)
        .finally(() => running.delete(done));
      running.add(done);
      return done;
    },
    async settled() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
