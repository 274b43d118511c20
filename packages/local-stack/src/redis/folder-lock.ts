import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A lock without a readable owner belongs to a process that ended, or paused, between two steps of taking it. */
const OWNERLESS_MS = 10_000;

/**
 * Runs `work` while no other process on this machine runs work under the same lock folder. The lock of a process
 * that has ended is taken over.
 */
export async function underFolderLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(folder), { recursive: true });
  while (!(await take(folder))) await delay(100);
  try {
    return await work();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function take(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
    if (await isAbandoned(folder)) await rm(folder, { recursive: true, force: true });
    return false;
  }
  await writeFile(join(folder, 'owner'), String(process.pid));
  return true;
}

async function isAbandoned(folder: string): Promise<boolean> {
  try {
    const owner = Number(await readFile(join(folder, 'owner'), 'utf8'));
    if (owner > 0) return !isAlive(owner);
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
  }
  try {
    return Date.now() - (await stat(folder)).mtimeMs > OWNERLESS_MS;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return false;
    throw error;
  }
}

/** Whether a process with this id exists, of any user. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isCode(error, 'EPERM');
  }
}

function isCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
