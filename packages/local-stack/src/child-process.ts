import type { ChildProcess } from 'node:child_process';

/**
 * How a process that was just started ends, once all that it wrote was read, for people: `code 1`, `SIGKILL`, or why it
 * could not be started. Never rejects.
 */
export function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(signal ?? `code ${code}`));
  });
}

/**
 * Ends a process by a signal, waits until it is gone, and kills it when it takes too long. Says whether it was in time.
 *
 * @param ended what `endOf` gave
 */
export async function endChild(
  child: ChildProcess,
  ended: Promise<string>,
  signal: NodeJS.Signals,
  withinMs: number,
): Promise<boolean> {
  let inTime = true;
  child.ref();
  child.kill(signal);
  const late = setTimeout(() => {
    inTime = false;
    child.kill('SIGKILL');
  }, withinMs);
  await ended;
  clearTimeout(late);
  return inTime;
}

/** Sends it a signal when this process exits by itself. */
export function signalAtExit(child: ChildProcess, signal: NodeJS.Signals): void {
  const send = (): void => {
    child.kill(signal);
  };
  process.once('exit', send);
  child.once('exit', () => process.off('exit', send));
}
