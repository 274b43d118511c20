import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface ServiceProgram {
  /** How it is called in reports: `api`, `worker 1`. */
  readonly name: string;
  /** Path of its main module. */
  readonly main: string;
  /** Its whole configuration; nothing else of the environment is passed but what programs need to run. */
  readonly env: Readonly<Record<string, string>>;
}

export interface ServiceProcess {
  readonly pid: number | undefined;
  /** How it ended, for people: `code 1`, `SIGKILL`. Never rejects. */
  readonly ended: Promise<string>;
  /** Asks it to end, and ends it when it has not within `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

const END_WITH_PARENT = fileURLToPath(new URL('end-with-parent.js', import.meta.url));

/** @param log file descriptor for what the service writes */
export function startService(program: ServiceProgram, log: number): ServiceProcess {
  const child = spawn(process.execPath, ['--enable-source-maps', '--import', END_WITH_PARENT, program.main], {
    env: program.env,
    stdio: ['pipe', log, log],
    // Its own process group: Ctrl-C in a terminal reaches only us, and we stop the services in order.
    detached: true,
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`));
  });
  return {
    pid: child.pid,
    ended,
    async stop(graceMs) {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(late);
    },
  };
}
