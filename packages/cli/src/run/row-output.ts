import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Writable } from 'node:stream';
import type { RowSink } from '@millrace/run';
import { CommandFailedError, reasonOf, UsageError } from '../errors.js';
import { gatherWrites } from './gathered-writes.js';

export function streamOutput(stream: Writable): RowSink {
  return {
    write: (chunk) =>
      new Promise((resolve, reject) => {
        stream.write(chunk, (error) => (error ? reject(error) : resolve()));
      }),
    commit: () => Promise.resolve(),
    abort: () => Promise.resolve(),
  };
}

/**
 * A file that gets its name when it is complete. If the path names something else than a file, such as
 * `/dev/null` or a FIFO, it is written directly: a rename would put a file in its place.
 *
 * @throws UsageError when nothing can be written there
 */
export async function fileOutput(path: string): Promise<RowSink> {
  if (await isSpecial(path)) return openedOutput(await openToWrite(path, path), path);
  const temporary = `${path}.${process.pid}.tmp`;
  const output = openedOutput(await openToWrite(temporary, path), path);
  return {
    write: output.write,
    async commit(end) {
      await output.commit(end);
      await rename(temporary, path);
    },
    async abort() {
      await output.abort();
      await rm(temporary, { force: true });
    },
  };
}

function openedOutput(handle: FileHandle, path: string): RowSink {
  const { write, end } = gatherWrites(handle);
  return {
    write: (chunk) => named(path, write(chunk)),
    async commit() {
      await named(path, end());
      await handle.close();
    },
    async abort() {
      await end().catch(() => undefined);
      await handle.close();
    },
  };
}

/** The error of a disk that is full does not say which file it is about. */
async function named(path: string, written: Promise<void>): Promise<void> {
  try {
    await written;
  } catch (error) {
    throw new CommandFailedError(`${path} cannot be written: ${reasonOf(error)}`, { cause: error });
  }
}

async function isSpecial(path: string): Promise<boolean> {
  try {
    return !(await stat(path)).isFile();
  } catch {
    return false;
  }
}

async function openToWrite(file: string, path: string): Promise<FileHandle> {
  try {
    return await open(file, 'w');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const reason = code === 'ENOENT' ? `there is no folder ${dirname(path)}` : code;
    throw new UsageError(`${path} cannot be written: ${reason}`, { cause: error });
  }
}
