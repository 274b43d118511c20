/** Something that is done again and again. */
export interface Repeated {
  /** Resolves when it is not being done and will not be any more. */
  stop(): Promise<void>;
}

/** A fifth more or less, so that many processes do not do it at the same moment. */
const JITTER = 0.2;

/**
 * Does something at once and then about every `everyMs`, counted from its end, so that it never overlaps
 * itself.
 *
 * @param onError told of what it threw; it is done again all the same
 */
export function atIntervals(
  everyMs: number,
  task: () => Promise<void>,
  onError: (error: unknown) => void,
): Repeated {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  async function turn(): Promise<void> {
    await task().catch(onError);
    if (isStopped) return;
    timer = setTimeout(
      () => {
        running = turn();
      },
      everyMs * (1 - JITTER + Math.random() * 2 * JITTER),
    );
  }

  let running = turn();
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
