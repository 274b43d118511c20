import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { downloadFile, type FetchedFile, type FileOptions } from './download-file.js';
import { UnsafeOutputNameError } from './errors.js';
import { inParallel } from './in-parallel.js';
import { lockFolder } from './lock-folder.js';
import type { ExportManifest } from './manifest.js';
import { takeLeftTemporaries } from './temporary-files.js';

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
 * @throws DownloadMismatchError, DamagedDownloadError, UnsafeOutputNameError, ServerRefusedError, ServerUnreachableError
 */
export async function downloadExport(
  manifest: ExportManifest,
  folder: string,
  options: DownloadOptions,
): Promise<readonly DownloadedFile[]> {
  checkNames(manifest, options.format);
  const wanted = manifest.outputs.flatMap(({ name, files }) =>
    files.map((file, n) => ({ name, file, path: join(folder, fileName(name, n + 1, options.format)) })),
  );
  await mkdir(folder, { recursive: true });
  // Two downloads at once would write to the same files.
  await using _lock = await lockFolder(folder);
  await takeLeftTemporaries(folder, new Set(wanted.map(({ path }) => basename(path))));
  const done: DownloadedFile[] = new Array<DownloadedFile>(wanted.length);
  const { parallel = 4, signal: outer } = options;
  await inParallel(wanted, parallel, outer, async ({ name, file, path }, signal, index) => {
    const fetched = { output: name, ...(await downloadFile(file, path, { ...options, signal })) };
    done[index] = fetched;
    options.onFile?.(fetched);
  });
  return done;
}

function fileName(output: string, n: number, format: string): string {
  return `${output}.part${n}.${format}`;
}

/** Names come from a server. None may leave the folder, and no two may be one file, in any letter case. */
function checkNames({ outputs }: ExportManifest, format: string): void {
  if (!/^[A-Za-z0-9]{1,16}$/.test(format)) throw new UnsafeOutputNameError(format);
  const names = new Set<string>();
  for (const { name } of outputs) {
    const folded = name.normalize().toLowerCase();
    if (!/^[^./\\\p{C}][^/\\\p{C}]*$/u.test(name) || names.has(folded)) throw new UnsafeOutputNameError(name);
    names.add(folded);
  }
}
