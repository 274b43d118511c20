import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileExtension, type Format } from '@millrace/formats';
import type { RowSink } from '@millrace/run';
import { UsageError } from '../errors.js';
import { say, type Terminal } from '../terminal.js';
import type { ViewFile } from '../view-file.js';
import type { OutputFile } from './refuse-overwriting.js';
import { fileOutput, streamOutput } from './row-output.js';

export const FORMATS = ['csv', 'ndjson', 'json', 'parquet'] as const;

/** Where the rows of a command go. */
export interface RunOutputs {
  /** By position of the view. */
  open(view: number): Promise<RowSink>;
  /** The files that are opened, which must be none of the inputs. */
  readonly files: readonly OutputFile[];
}

/** @throws UsageError when the views cannot have outputs there */
export async function outputsFor(
  { out, format }: { readonly out?: string; readonly format: Format },
  views: readonly ViewFile[],
  terminal: Terminal,
): Promise<RunOutputs> {
  if (out === undefined) {
    if (views.length > 1)
      throw new UsageError(`${views.length} views cannot share standard output: give --out DIR`);
    const files = 'fd' in terminal.out && typeof terminal.out.fd === 'number' ? [terminal.out.fd] : [];
    return { open: () => Promise.resolve(streamOutput(terminal.out)), files };
  }
  const isFolder = /[\\/]$/.test(out) || (await isExistingFolder(out));
  const namedFormat = formatNamedBy(out);
  if (!isFolder && views.length === 1) {
    if (namedFormat !== undefined && namedFormat !== format)
      say(terminal, `warning: ${out} is written as ${format}, whatever its name says`);
    return { open: () => fileOutput(out), files: [out] };
  }
  if (!isFolder && namedFormat !== undefined)
    throw new UsageError(`${views.length} views cannot share the file ${out}: give a folder`);
  await makeFolder(out);
  const pathOf = ({ name }: ViewFile): string => join(out, `${plainName(name)}.${fileExtension(format)}`);
  const paths = views.map(pathOf);
  return { open: (view) => fileOutput(pathAt(paths, view)), files: paths };
}

function pathAt(paths: readonly string[], view: number): string {
  const path = paths[view];
  if (path === undefined) throw new RangeError(`there are ${paths.length} views, and none at ${view}`);
  return path;
}

/** The format that the name of a file ends with. */
export function formatNamedBy(path: string): Format | undefined {
  return FORMATS.find((format) => path.toLowerCase().endsWith(`.${fileExtension(format)}`));
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UsageError(`${path} cannot be created as a folder: ${reason}`, { cause: error });
  }
}

async function isExistingFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

function plainName(name: string): string {
  if (/^[^./\\\p{C}][^/\\\p{C}]*$/u.test(name)) return name;
  throw new UsageError(
    `view name ${JSON.stringify(name)} cannot be a file name: it must have printable characters only, no leading dot, no / and no \\`,
  );
}
