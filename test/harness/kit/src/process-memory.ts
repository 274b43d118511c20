import { procField, readProcFile } from './proc-file.js';

/** The most memory that a process has had resident so far, in bytes. */
export async function readPeakMemory(pid: number): Promise<number> {
  return peakMemoryIn(await readProcFile(pid, 'status'));
}

/** The memory that a process has resident, in bytes. */
export async function readMemory(pid: number): Promise<number> {
  return Number.parseInt(procField(await readProcFile(pid, 'status'), 'VmRSS'), 10) * 1024;
}

/**
 * `VmHWM` of a status file, in bytes. @throws ProcFileError
 * https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
 */
export function peakMemoryIn(status: string): number {
  return Number.parseInt(procField(status, 'VmHWM'), 10) * 1024;
}
