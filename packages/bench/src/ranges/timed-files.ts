/** What was written in some time. */
export interface TimedFiles {
  readonly seconds: number;
  readonly rows: number;
  readonly bytes: number;
  /** SHA-256 (hex) of each file, in order of their text. */
  readonly sha256: readonly string[];
}

/** Adds up files that were written since `startedAt`, a reading of `performance.now`. */
export function timedFiles(
  startedAt: number,
  files: readonly { readonly rows: number; readonly bytes: number; readonly sha256: string }[],
): TimedFiles {
  return {
    seconds: (performance.now() - startedAt) / 1000,
    rows: files.reduce((sum, { rows }) => sum + rows, 0),
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    sha256: files.map(({ sha256 }) => sha256).toSorted(),
  };
}
