import type { Dirent } from 'node:fs';
import { opendir, readdir, realpath, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { SourceUnavailableError } from '../errors.js';
import { fileReasonOf } from './file-reason.js';

export interface FolderFile {
  readonly key: string;
  readonly isLink: boolean;
}

/** The files of a source as they lie in a folder. Names that begin with a dot are passed over. */
export interface SourceFolder {
  readonly root: string;
  /** The entries directly in the folder, in any order. */
  entries(): Promise<readonly Dirent[]>;
  /** The files and links below a folder in it, one folder after the other, in any order. */
  filesBelow(folder: string): AsyncGenerator<FolderFile, void, undefined>;
  isLinkToFolder(entry: Dirent): Promise<boolean>;
  /** @throws SourceUnavailableError unless a link is one to a file in the folder */
  checkLink(key: string): Promise<void>;
}

/** Any error of the file system makes the source unavailable. The error names the source. */
export function openSourceFolder(name: string, root: string): SourceFolder {
  const path = resolve(root);

  async function reached<Result>(call: Promise<Result>): Promise<Result> {
    try {
      return await call;
    } catch (error) {
      throw new SourceUnavailableError(name, fileReasonOf(error), { cause: error });
    }
  }

  async function* filesBelow(folder: string): AsyncGenerator<FolderFile, void, undefined> {
    const inner: string[] = [];
    for await (const entry of await reached(opendir(join(path, folder), { bufferSize: 256 }))) {
      if (entry.name.startsWith('.')) continue;
      const key = `${folder}/${entry.name}`;
      if (entry.isDirectory()) inner.push(key);
      else yield { key, isLink: entry.isSymbolicLink() };
    }
    for (const key of inner) yield* filesBelow(key);
  }

  return {
    root: path,
    async entries() {
      const entries = await reached(readdir(path, { withFileTypes: true }));
      return entries.filter((entry) => !entry.name.startsWith('.'));
    },
    filesBelow,
    async isLinkToFolder(entry) {
      if (!entry.isSymbolicLink()) return false;
      const target = await stat(join(path, entry.name)).catch(() => undefined);
      return target?.isDirectory() ?? false;
    },
    async checkLink(key) {
      const found = await reached(stat(join(path, key)));
      if (found.isDirectory()) throw new SourceUnavailableError(name, `${key} is a link to a folder`);
      const [realRoot, target] = await reached(Promise.all([realpath(path), realpath(join(path, key))]));
      if (!target.startsWith(realRoot + sep)) {
        throw new SourceUnavailableError(name, `${key} is a link that leaves the folder`);
      }
    },
  };
}
