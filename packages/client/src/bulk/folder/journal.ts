import { mkdir, open, readFile, readdir, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { FileWriteError, FolderInUseError } from '../../errors.js';
import { LOG_FILE, SUBFOLDERS } from './file-names.js';
import { afterEntry } from './journal-entry.js';
import type { JournalEntry, JournalFile, JournalState } from './journal-entry.js';
import { journalLineSchema } from './journal-line.js';

/** Hidden, so that no reader of the folder takes it for data. */
const JOURNAL_FILE = '.millrace-export';

/** The state of an export, kept in its folder so that a second start goes on from there. */
export interface Journal {
  state(): JournalState;
  append(entry: JournalEntry): Promise<void>;
  /** The entry of a file, if it is still in the folder in its length. */
  downloaded(path: string): Promise<JournalFile | undefined>;
}

/**
 * Opens the journal of a folder for a request, or begins one.
 *
 * @throws FolderInUseError when the folder has another export, or files of which it is not known whose they are
 */
export async function openJournal(
  folder: string,
  request: string,
  begin: { readonly exportId: string; readonly at: number },
): Promise<Journal> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, JOURNAL_FILE);
  const entries = await readEntries(path);
  const found = entries.reduce<JournalState | undefined>(afterEntry, undefined);
  let current = found;
  const isOver = found?.ended !== undefined && found.ended.how !== 'completed';
  // An export that failed or was cancelled before it had files leaves nothing to mix up: the next one may be another.
  const isFree = found === undefined || (isOver && found.everyPath.size === 0);
  // The log of the one before stays, with the events of both.
  if (isFree) await refuseOthers(folder, found === undefined ? [] : [LOG_FILE]);
  else if (found.request !== request) {
    throw new FolderInUseError(
      found.ended?.how === 'completed'
        ? `${folder} has the export of another request, which is complete: ${found.request}; give another folder for this one`
        : `${folder} has the export of another request, ${found.request}; give that request to go on with it, or another folder for this one`,
    );
  }
  const append = async (entry: JournalEntry): Promise<void> => {
    await appendDurably(path, `${JSON.stringify(entry)}\n`);
    current = afterEntry(current, entry);
  };
  if (found === undefined || isOver) {
    for (const left of found?.everyPath ?? []) await rm(join(folder, left), { force: true });
    await append({ entry: 'begun', schemaVersion: 1, request, ...begin });
  }
  const state = (): JournalState => {
    if (current === undefined) throw new Error('a journal without a beginning');
    return current;
  };
  return {
    state,
    append,
    async downloaded(file) {
      const entry = state().files.get(file);
      if (entry === undefined) return undefined;
      return (await lengthOf(join(folder, file))) === entry.bytes ? entry : undefined;
    },
  };
}

/** Whether a folder has a Bulk Data export, of whatever state. */
export async function hasJournal(folder: string): Promise<boolean> {
  return (await lengthOf(join(folder, JOURNAL_FILE))) !== undefined;
}

async function readEntries(path: string): Promise<JournalEntry[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  // A crash may leave part of a line, behind which nothing can be added.
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) await truncate(path, Buffer.byteLength(whole));
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      try {
        return journalLineSchema.parse(JSON.parse(line));
      } catch (error) {
        throw new FolderInUseError(
          `${path} cannot be read; give another folder, or the version of millrace that wrote it`,
          { cause: error },
        );
      }
    });
}

async function appendDurably(path: string, text: string): Promise<void> {
  try {
    await using handle = await open(path, 'a', 0o600);
    await handle.writeFile(text);
    await handle.sync();
  } catch (error) {
    throw new FileWriteError(path, error);
  }
}

/** Files that were there before would be read as part of the export. */
async function refuseOthers(folder: string, own: readonly string[]): Promise<void> {
  const others = (await readdir(folder)).filter(
    (name) =>
      (/\.(?:ndjson|jsonl)(?:\.gz)?$/i.test(name) && !own.includes(name)) ||
      Object.values(SUBFOLDERS).includes(name),
  );
  if (others.length === 0) return;
  throw new FolderInUseError(
    `${folder} has files that are not of this export (${others.sort().slice(0, 3).join(', ')}${others.length > 3 ? ', ...' : ''}); give an empty folder, so that readers do not mix the two`,
  );
}

async function lengthOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
