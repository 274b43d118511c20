import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadFile, type FetchedFile, type FileOptions } from './download-file.js';
import { UnsafeOutputNameError } from './errors.js';
import type { ExportManifest } from './manifest.js';

/** A file that was fetched and agrees with the manifest. */
export interface DownloadedFile extends FetchedFile {
  readonly output: string;
}

export interface DownloadOptions extends FileOptions {
  /** Files at a time. */
  readonly parallel?: number | undefined;
  readonly onFile?: ((file: DownloadedFile) => void) | undefined;
}

/**
 * Fetches every file of a manifest into `folder` as `{output}.part{n}.{format}`, in the order of the manifest. A
 * file appears under its name only when its size, checksum and rows are those of the manifest.
 *
 * @throws DownloadMismatchError, UnsafeOutputNameError, ServerRefusedError
 */
export async function downloadExport(
  manifest: ExportManifest,
  folder: string,
  options: DownloadOptions,
): Promise<readonly DownloadedFile[]> {
  const wanted = manifest.outputs.flatMap(({ name, files }) =>
    files.map((file, n) => ({ name, file, path: join(folder, fileName(name, n + 1, options.format)) })),
  );
  await mkdir(folder, { recursive: true });
  const done: DownloadedFile[] = new Array<DownloadedFile>(wanted.length);
  const queue = wanted.entries();
  const failed = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, failed.signal]) : failed.signal;
  const fetchNext = async (): Promise<void> => {
    // The iterator is shared by all loops, so each takes the next one that nobody has.
    for (const [index, { name, file, path }] of queue) {
      const fetched = { output: name, ...(await downloadFile(file, path, { ...options, signal })) };
      done[index] = fetched;
      options.onFile?.(fetched);
    }
  };
  const loops = Array.from({ length: options.parallel ?? 4 }, () => fetchNext());
  try {
    await Promise.all(loops);
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled(loops);
    throw error;
  }
  return done;
}

function fileName(output: string, n: number, format: string): string {
  if (!/^[^./\\\p{C}][^/\\\p{C}]*$/u.test(output)) throw new UnsafeOutputNameError(output);
  return `${output}.part${n}.${format}`;
}
