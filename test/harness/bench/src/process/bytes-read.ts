import { setTimeout as delay } from 'node:timers/promises';
import { procField, readProcFile } from '@millrace/harness-kit';

/**
 * Bytes that a process has read so far from files and sockets together, including the page cache: `rchar`.
 * https://man7.org/linux/man-pages/man5/proc_pid_io.5.html
 */
export async function readBytesRead(pid: number): Promise<number> {
  return Number(procField(await readProcFile(pid, 'io'), 'rchar'));
}

const STOPPED = /^[Tt]/;
const LOOK_MS = 1;

/** Stops a process by SIGSTOP; once this resolves it reads nothing more. */
export async function freeze(process: {
  readonly pid: number;
  signal(name: 'SIGSTOP'): void;
}): Promise<void> {
  process.signal('SIGSTOP');
  while (!STOPPED.test(procField(await readProcFile(process.pid, 'status'), 'State'))) await delay(LOOK_MS);
}
