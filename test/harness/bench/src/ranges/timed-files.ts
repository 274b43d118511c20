/** The bytes written, and the time that it took. */
export interface TimedFiles {
  readonly seconds: number;
  /** Processor time of all that took part. */
  readonly cpuSeconds: number;
  readonly rows: number;
  readonly bytes: number;
  /** SHA-256 (hex) of each file, in order of their text. */
  readonly sha256: readonly string[];
}

/** When something began. */
export interface Beginning {
  /** A reading of `performance.now`. */
  readonly at: number;
  readonly cpu: NodeJS.CpuUsage;
}

export function begin(): Beginning {
  return { at: performance.now(), cpu: process.cpuUsage() };
}

interface WrittenFile {
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** Files that this process has written since. */
export function timedFiles(since: Beginning, files: readonly WrittenFile[]): TimedFiles {
  const { user, system } = process.cpuUsage(since.cpu);
  const seconds = (performance.now() - since.at) / 1000;
  return { seconds, cpuSeconds: (user + system) / 1e6, ...sumOf(files) };
}

export function sumOf(files: readonly WrittenFile[]): Pick<TimedFiles, 'rows' | 'bytes' | 'sha256'> {
  return {
    rows: files.reduce((sum, { rows }) => sum + rows, 0),
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    sha256: files.map(({ sha256 }) => sha256).toSorted(),
  };
}
