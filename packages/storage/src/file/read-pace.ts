/** How the next chunk of a file is read. */
export interface ReadPace {
  /** Whether the thread that needs it reads it when it needs it; otherwise another thread reads it ahead. */
  readonly direct: boolean;
  /** Told of each chunk that was read directly. */
  readDirectly(bytes: number, ms: number): void;
  /** Told of each chunk that was read ahead. */
  readAhead(): void;
}

/** Twice to three times the time of a copy from the page cache. */
const MOST_MS_PER_BYTE = 0.5 / (1 << 20);
/** Chunks that are read ahead before it is tried whether memory has the next one. */
const CHUNKS_AHEAD = 16;

/**
 * Data in the page cache is read directly: handing it to another thread and back, while every core has work,
 * costs a scan 8 % of its time. Once a chunk has taken longer than that, chunks are read ahead, because the
 * reader waits for a disk or a network.
 */
export function createReadPace(): ReadPace {
  let ahead = 0;
  return {
    get direct() {
      return ahead === 0;
    },
    readDirectly(bytes, ms) {
      if (ms > bytes * MOST_MS_PER_BYTE) ahead = CHUNKS_AHEAD;
    },
    readAhead() {
      ahead -= 1;
    },
  };
}

/** For threads that must never wait. */
export const ALWAYS_AHEAD: ReadPace = {
  direct: false,
  readDirectly: () => undefined,
  readAhead: () => undefined,
};
