import { readProcFile } from '@millrace/harness-kit';

/** Processor time that a process has used so far, with that of its threads, in seconds. */
export async function readCpuSeconds(pid: number): Promise<number> {
  return cpuSecondsIn(await readProcFile(pid, 'stat'));
}

/** The same of its main thread alone, whose number is that of the process. */
export async function readMainThreadCpuSeconds(pid: number): Promise<number> {
  return cpuSecondsIn(await readProcFile(pid, `task/${pid}/stat`));
}

/** Linux reports processor time in hundredths of a second, whatever the rate of its own clock is. */
const TICKS_PER_SECOND = 100;

/**
 * `utime` and `stime` of a stat file, in seconds.
 * https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
export function cpuSecondsIn(stat: string): number {
  // The name of the program stands in parentheses and may have blanks and parentheses itself.
  const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(afterName[11]) + Number(afterName[12])) / TICKS_PER_SECOND;
}
