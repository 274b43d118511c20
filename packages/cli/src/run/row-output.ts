import { open, rename, rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';

/** Where the rows of one view go. */
export interface RowOutput {
  write(chunk: Uint8Array): Promise<void>;
  /** Makes a file appear under its name. */
  commit(): Promise<void>;
  /** Leaves no file behind. */
  abort(): Promise<void>;
}

export function streamOutput(stream: Writable): RowOutput {
  return {
    write: (chunk) =>
      new Promise((resolve, reject) => {
        stream.write(chunk, (error) => (error ? reject(error) : resolve()));
      }),
    commit: () => Promise.resolve(),
    abort: () => Promise.resolve(),
  };
}

export async function fileOutput(path: string): Promise<RowOutput> {
  const temporary = `${path}.${process.pid}.tmp`;
  const handle = await open(temporary, 'w');
  return {
    write: (chunk) => handle.writeFile(chunk),
    async commit() {
      await handle.close();
      await rename(temporary, path);
    },
    async abort() {
      await handle.close();
      await rm(temporary, { force: true });
    },
  };
}
