/** How fast a client must take the rows of its run. */
export interface PaceTerms {
  /** 0: any byte will do. */
  readonly bytesPerSecond: number;
  /** How long a client may be behind. */
  readonly patienceMs: number;
}

/** A run as it stands: whether rows wait for its client, and how many bytes the client has taken so far. */
export interface RowsTaken {
  readonly isWaiting: boolean;
  readonly takenBytes: number;
}

export interface ClientPace {
  /** How long the client has kept rows waiting, less the time that the bytes it has taken since are worth. */
  readonly owedMs: number;
  /** Whether the client is too far behind. @param livedMs since the look before */
  isTooSlow(livedMs: number, taken: RowsTaken): boolean;
}

/**
 * Measures whether a client keeps up. Bytes are worth time at the least rate, so that a client that takes them in large pieces
 * with rests between them is as good as a steady one, and one that takes a byte now and then is not.
 */
export function createClientPace({ bytesPerSecond, patienceMs }: PaceTerms): ClientPace {
  let owedMs = 0;
  let takenBefore = 0;
  return {
    get owedMs() {
      return owedMs;
    },
    isTooSlow(livedMs, { isWaiting, takenBytes }) {
      const paidMs = worthOf(takenBytes - takenBefore, bytesPerSecond);
      takenBefore = takenBytes;
      owedMs = Math.max(0, owedMs + (isWaiting ? livedMs : 0) - paidMs);
      return owedMs > patienceMs;
    },
  };
}

function worthOf(bytes: number, bytesPerSecond: number): number {
  return bytes <= 0 ? 0 : (bytes / bytesPerSecond) * 1000;
}
