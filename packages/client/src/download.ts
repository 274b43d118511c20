import { mkdir, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
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
 * Fetches every file of a manifest into `folder` as `{output}.part{n}.{format}`, in the order of the manifest; one of a
 * partition as `{output}/{column}={value}/{output}.part{n}.{format}`. A file appears under its name only when its size, checksum
 * and rows are those of the manifest.
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
    files.map((file, n) => {
      const inside = file.partition === undefined ? folder : join(folder, name, file.partition);
      return { name, file, path: join(inside, fileName(name, n + 1, options.format)) };
    }),
  );
  await mkdir(folder, { recursive: true });
  // Two downloads at once would write to the same files.
  await using _lock = await lockFolder(folder);
  for (const [inside, names] of namesByFolder(folder, wanted)) {
    if (inside !== folder) await makePartition(inside);
    await takeLeftTemporaries(inside, names);
  }
  const done: DownloadedFile[] = new Array<DownloadedFile>(wanted.length);
  const { parallel = 4, signal: outer } = options;
  await inParallel(wanted, parallel, outer, async ({ name, file, path }, signal, index) => {
    const fetched = { output: name, ...(await downloadFile(file, path, { ...options, signal })) };
    done[index] = fetched;
    options.onFile?.(fetched);
  });
  return done;
}

function namesByFolder(
  folder: string,
  wanted: readonly { readonly path: string }[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map([[folder, new Set<string>()]]);
  for (const { path } of wanted) {
    const names = found.get(dirname(path)) ?? new Set<string>();
    found.set(dirname(path), names.add(basename(path)));
  }
  return found;
}

/**
 * Makes the folder of a partition.
 *
 * @throws UnsafeOutputNameError where the file system takes it for that of another value, as one without letter case does
 */
async function makePartition(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  const found = basename(await realpath(path));
  if (found !== basename(path)) throw new UnsafeOutputNameError(basename(path));
}

function fileName(output: string, n: number, format: string): string {
  return `${output}.part${n}.${format}`;
}

/** `column=value`, the value encoded as in a URI. */
const PARTITION = /^[A-Za-z_]\w{0,254}=[\w.%-]{1,255}$/;

/** Names come from a server. None may leave the folder, and no two may be one file, in any letter case. */
function checkNames({ outputs }: ExportManifest, format: string): void {
  if (!/^[A-Za-z0-9]{1,16}$/.test(format)) throw new UnsafeOutputNameError(format);
  const names = new Set<string>();
  for (const { name, files } of outputs) {
    const folded = name.normalize().toLowerCase();
    if (!/^[^./\\\p{C}][^/\\\p{C}]*$/u.test(name) || names.has(folded)) throw new UnsafeOutputNameError(name);
    names.add(folded);
    for (const { partition } of files)
      if (partition !== undefined && !PARTITION.test(partition)) throw new UnsafeOutputNameError(partition);
  }
}
