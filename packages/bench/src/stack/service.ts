import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { BenchmarkError } from '../errors.js';
import { SERVICE_MAIN } from '../workspace.js';
import { readEvent } from './log-event.js';
import type { LogEvent } from './log-event.js';

/** A process that is measured. */
export interface Service {
  readonly pid: number;
  /** What it logged once it was ready. */
  readonly started: LogEvent;
  signal(signal: NodeJS.Signals): void;
  /** How it ended, for people: `code 1`, `SIGKILL`. Never rejects. */
  readonly ended: Promise<string>;
  /** Ends it by SIGTERM, or by SIGKILL when that takes too long. */
  stop(): Promise<void>;
}

const END_WITH_PARENT = fileURLToPath(new URL('end-with-parent.js', import.meta.url));
const START_MS = 60_000;
const STOP_MS = 10_000;
/** What a service that does not start has written last. */
const LINES_KEPT = 20;

/**
 * Starts a service and resolves once it says that it has.
 *
 * @param env its whole environment
 * @throws BenchmarkError with its last lines when it ends before that, or takes a minute
 */
export async function startService(
  kind: keyof typeof SERVICE_MAIN,
  env: Readonly<Record<string, string>>,
  onEvent: (event: LogEvent) => void,
): Promise<Service> {
  const child = spawn(process.execPath, ['--import', END_WITH_PARENT, SERVICE_MAIN[kind]], {
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
    // Its own process group: Ctrl-C in a terminal reaches only us, and we end the services in order.
    detached: true,
  });
  // The pipe only ever closes.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`));
  });
  const lines: string[] = [];
  const isStarted = new Promise<LogEvent>((resolve) => {
    for (const output of [child.stdout, child.stderr]) {
      createInterface({ input: output }).on('line', (line) => {
        if (lines.push(line) > LINES_KEPT) lines.shift();
        const event = readEvent(line);
        if (event === undefined) return;
        if (event.msg === `${kind} started`) resolve(event);
        onEvent(event);
      });
    }
  });
  async function stop(): Promise<void> {
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(late);
  }

  let late: NodeJS.Timeout | undefined;
  const tooLate = new Promise<string>((resolve) => {
    late = setTimeout(() => resolve(`was not ready after ${START_MS} ms`), START_MS);
  });
  const first = await Promise.race([isStarted, tooLate, ended.then((how) => `ended with ${how}`)]);
  clearTimeout(late);
  if (typeof first === 'string') {
    child.kill('SIGKILL');
    throw new BenchmarkError(`${kind} ${first}:\n${lines.join('\n')}`);
  }
  return { pid: child.pid ?? 0, started: first, signal: (name) => child.kill(name), ended, stop };
}
