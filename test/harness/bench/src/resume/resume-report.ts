import { rounded } from '../rounded.js';

/** The promise for plain input: kills make workers read at most this share of it again. */
export const READ_AGAIN_LIMIT = 0.1;

/** The work of all workers on one export. */
export interface Reading {
  readonly seconds: number;
  /** Bytes of input files that all workers have read together, including read-ahead. */
  readonly bytesRead: number;
  readonly hashes: ReadonlyMap<string, string>;
}

export interface KilledReading extends Reading {
  readonly kills: number;
  /** Attempts at shards that were begun. */
  readonly shardStarts: number;
  /** Decompressed bytes that were passed over to get to where an attempt goes on. */
  readonly skippedBytes: number;
}

export interface ResumeReport {
  readonly uninterrupted: { readonly seconds: number; readonly bytesRead: number };
  readonly killed: {
    readonly seconds: number;
    readonly kills: number;
    readonly shardStarts: number;
    readonly bytesRead: number;
    readonly bytesReadAgain: number;
    /** At most a cut of each thread, by design. */
    readonly bytesReadAgainPerKill: number;
    /** Of the stored input. */
    readonly share: number;
    readonly skippedBytes: number;
  };
  /** For plain input only: gzip has to be read from its beginning. */
  readonly withinLimit: boolean | undefined;
  readonly sameRows: boolean;
}

/** @param input the stored bytes */
export function reportResume(
  input: { readonly storedBytes: number; readonly gzip: boolean },
  uninterrupted: Reading,
  killed: KilledReading,
): ResumeReport {
  const bytesReadAgain = killed.bytesRead - input.storedBytes;
  const share = bytesReadAgain / input.storedBytes;
  const { seconds, kills, shardStarts, bytesRead, skippedBytes } = killed;
  return {
    uninterrupted: { seconds: uninterrupted.seconds, bytesRead: uninterrupted.bytesRead },
    killed: {
      seconds,
      kills,
      shardStarts,
      bytesRead,
      bytesReadAgain,
      bytesReadAgainPerKill: kills === 0 ? 0 : Math.round(bytesReadAgain / kills),
      share: rounded(share),
      skippedBytes,
    },
    withinLimit: input.gzip ? undefined : share <= READ_AGAIN_LIMIT,
    sameRows: sameHashes(uninterrupted.hashes, killed.hashes),
  };
}

function sameHashes(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size > 0 && a.size === b.size && [...a].every(([name, hash]) => b.get(name) === hash);
}
