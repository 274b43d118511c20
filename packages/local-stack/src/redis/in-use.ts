import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from './folder-lock.js';

/** Process id of a Redis that was started on this folder and still runs; two would ruin one append-only file. */
export async function inUse(dataFolder: string): Promise<number | undefined> {
  const pid = Number(await text(pidFile(dataFolder)));
  if (!(pid > 0) || !isAlive(pid)) return undefined;
  // Ids are given again. Where the system tells the command line, look whether it is a server.
  const command = await text(`/proc/${pid}/cmdline`);
  return command === '' || /redis|valkey/.test(command) ? pid : undefined;
}

/** Where a server that uses the folder writes its process id. */
export function pidFile(dataFolder: string): string {
  return join(dataFolder, 'redis.pid');
}

async function text(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
