import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { types } from 'node:util';

/** The local files of one attempt at a query. They are removed when it is disposed. */
export interface QueryFolder extends AsyncDisposable {
  readonly tables: string;
  readonly output: string;
  readonly temporary: string;
}

/** The worker cannot keep the files of a query. */
export class QueryFolderError extends Error {
  override readonly name = 'QueryFolderError';

  constructor(error: unknown) {
    const code = codeOf(error);
    const why = code === 'ENOSPC' ? 'its disk is full' : `the operating system says ${code ?? 'no reason'}`;
    super(`a worker could not keep the files of a query in SQL_FOLDER: ${why}`, { cause: error });
  }
}

const PREFIX = 'query-';

export async function openQueryFolder(root: string): Promise<QueryFolder> {
  return inFolder(async () => {
    await mkdir(root, { recursive: true, mode: 0o700 });
    const path = await mkdtemp(join(root, PREFIX));
    const folder = {
      tables: join(path, 'tables'),
      output: join(path, 'output'),
      temporary: join(path, 'temporary'),
      [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
    };
    for (const below of [folder.tables, folder.output, folder.temporary]) await mkdir(below);
    return folder;
  });
}

/** @throws QueryFolderError in place of an error of the file system */
export async function inFolder<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw codeOf(error) === undefined ? error : new QueryFolderError(error);
  }
}

/**
 * Removes folders of queries that a dead worker has left.
 *
 * @param untouchedMs how long nobody has changed anything in them; longer than a query may take
 */
export async function sweepQueryFolders(root: string, untouchedMs: number): Promise<void> {
  const names = await readdir(root).catch(() => []);
  for (const name of names.filter((one) => one.startsWith(PREFIX))) {
    const path = join(root, name);
    const changed = await latestChange(path);
    if (changed < Date.now() - untouchedMs) await rm(path, { recursive: true, force: true });
  }
}

/** Of a folder and of the folders in it, in ms since the epoch. */
async function latestChange(path: string): Promise<number> {
  const below = await readdir(path).catch(() => []);
  const times = await Promise.all(
    [path, ...below.map((name) => join(path, name))].map((one) =>
      stat(one).then(
        ({ mtimeMs }) => mtimeMs,
        // Somebody else has removed it.
        () => 0,
      ),
    ),
  );
  return times.reduce((latest, time) => Math.max(latest, time));
}

function codeOf(error: unknown): string | undefined {
  // Not `instanceof`, which says no to errors of Node itself inside of a vm context.
  if (!types.isNativeError(error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' && /^E[A-Z\d]+$/.test(error.code) ? error.code : undefined;
}
