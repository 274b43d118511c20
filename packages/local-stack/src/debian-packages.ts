import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { output, succeeds } from './redis/command.js';
import { underFolderLock } from './redis/folder-lock.js';

/** A program of packages of the distribution. */
export interface WantedProgram {
  /** The packages that it is made of. Their libraries come along, apart from those that are installed. */
  readonly packages: readonly string[];
  /** Its path from the root of the packages. It must answer `--version`. */
  readonly path: string;
}

/** A program from unpacked packages, with the environment that it needs. */
export interface UnpackedProgram {
  readonly program: string;
  readonly env: Record<string, string>;
  /** Folder that stands for the root of the file system. */
  readonly root: string;
}

const WORK = 'work-';
const QUICK_MS = 10_000;
const DOWNLOAD_MS = 180_000;

/**
 * A program from the distribution's packages, without root and without installing anything: package lists, archives
 * and files all go below `cacheFolder`. The first call downloads them; later ones find them there.
 *
 * @throws Error when the packages cannot be had, or the program does not run on this machine
 */
export async function unpackedProgram(cacheFolder: string, wanted: WantedProgram): Promise<UnpackedProgram> {
  const cache = resolve(cacheFolder);
  const root = join(cache, 'root');
  return (
    (await runnable(root, wanted)) ??
    (await underFolderLock(join(cache, 'lock'), async () => {
      const found = await runnable(root, wanted);
      if (found) return found;
      await unpack(cache, root, wanted);
      const made = await runnable(root, wanted);
      if (made) return made;
      throw new Error(`the unpacked ${wanted.path} in ${root} does not run on this machine`);
    }))
  );
}

async function runnable(root: string, { path }: WantedProgram): Promise<UnpackedProgram | undefined> {
  const found = { program: join(root, path), env: await environment(root), root };
  const runs = await succeeds(found.program, ['--version'], { timeoutMs: QUICK_MS, env: found.env });
  return runs ? found : undefined;
}

/** Some libraries keep others in a folder of their own, which they name from the root of an installed system. */
async function environment(root: string): Promise<Record<string, string>> {
  const folders: string[] = [];
  for (const lib of ['usr/lib', 'lib']) {
    const entries = await readdir(join(root, lib)).catch(() => []);
    for (const entry of entries) {
      if (!entry.includes('-linux-')) continue;
      const folder = join(root, lib, entry);
      folders.push(folder);
      for (const inner of await readdir(folder, { withFileTypes: true })) {
        if (inner.isDirectory() && (await hasLibraries(join(folder, inner.name))))
          folders.push(join(folder, inner.name));
      }
    }
  }
  return { LD_LIBRARY_PATH: folders.join(':') };
}

async function hasLibraries(folder: string): Promise<boolean> {
  return (await readdir(folder)).some((name) => /^lib.+[.]so[.\d]*$/.test(name));
}

/**
 * Unpacks beside the final folder and moves it there whole, so that a broken download is never taken for the program.
 * Under the lock, work that is found belongs to a process that was killed.
 */
async function unpack(cache: string, root: string, { packages }: WantedProgram): Promise<void> {
  for (const entry of await readdir(cache)) {
    if (entry.startsWith(WORK)) await rm(join(cache, entry), { recursive: true, force: true });
  }
  const work = await mkdtemp(join(cache, WORK));
  try {
    const apt = await privateApt(work);
    const files = join(work, 'root');
    for (const name of await withMissingLibraries(apt, packages)) {
      await output('dpkg', ['-x', await apt.download(name), files], { timeoutMs: DOWNLOAD_MS });
    }
    await rm(root, { recursive: true, force: true });
    await rename(files, root);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

interface Apt {
  /** Downloads a package once; gives the path of its file. */
  download(name: string): Promise<string>;
}

/** apt with lists and caches of its own, so that it neither needs nor disturbs the system's. */
async function privateApt(work: string): Promise<Apt> {
  const [lists, archives, packages] = ['lists', 'cache', 'packages'].map((name) => join(work, name)) as [
    string,
    string,
    string,
  ];
  await mkdir(join(lists, 'partial'), { recursive: true });
  await mkdir(join(archives, 'archives', 'partial'), { recursive: true });
  const options = [
    '-qq',
    '-o',
    `Dir::State::Lists=${lists}`,
    '-o',
    `Dir::Cache=${archives}`,
    '-o',
    'APT::Sandbox::User=root',
    '-o',
    'Acquire::Languages=none',
  ];
  await output('apt-get', [...options, 'update'], { timeoutMs: DOWNLOAD_MS });
  return {
    async download(name) {
      const folder = join(packages, name);
      await mkdir(folder, { recursive: true });
      const find = async () => (await readdir(folder)).find((file) => file.endsWith('.deb'));
      if ((await find()) === undefined) {
        await output('apt-get', [...options, 'download', name], { cwd: folder, timeoutMs: DOWNLOAD_MS });
      }
      return join(folder, (await find()) ?? `${name}.deb`);
    },
  };
}

async function withMissingLibraries(apt: Apt, names: readonly string[]): Promise<string[]> {
  const wanted = [...names];
  for (const name of wanted) {
    const depends = await output('dpkg-deb', ['-f', await apt.download(name), 'Depends'], {
      timeoutMs: QUICK_MS,
    });
    for (const library of libraries(depends)) {
      if (!wanted.includes(library) && !(await isInstalled(library))) wanted.push(library);
    }
  }
  return wanted;
}

/** Names of the libraries in a `Depends` field; the first of alternatives. */
export function libraries(depends: string): string[] {
  return depends
    .split(',')
    .map((dependency) => /^\s*([a-z0-9][a-z0-9+.-]*)/.exec(dependency)?.[1] ?? '')
    .filter((name) => name.startsWith('lib'));
}

async function isInstalled(name: string): Promise<boolean> {
  try {
    const status = await output('dpkg-query', ['-W', '-f', '${Status}\n', name], { timeoutMs: QUICK_MS });
    return status.includes('install ok installed');
  } catch {
    return false;
  }
}
