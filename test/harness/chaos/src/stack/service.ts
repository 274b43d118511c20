import { createWriteStream } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { answersWithin, startService } from '@millrace/local-stack';
import type { ServiceKind, ServiceProcess } from '@millrace/local-stack';
import { StackError } from '../errors.js';
import { createReservation } from './reservation.js';

export interface ServiceProgram {
  /** `api-1`, `worker-2`. */
  readonly name: string;
  readonly kind: ServiceKind;
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly readyUrl: string;
  readonly logFile: string;
  /** Told of every line that it writes. */
  readonly onLine: (line: string) => void;
  /** Told when it ended although nobody ended it. */
  readonly onCrash: (how: string) => void;
}

/** One process of the stack that is killed, frozen and started again. */
export interface Service {
  readonly name: string;
  /** Undefined while it does not run. */
  readonly pid: number | undefined;
  /** Starts it unless it runs, as often as it takes, and waits until it is ready. @throws StackError */
  start(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Ends it by a signal, waits until it is gone, and says whether that was within the time; else it is killed. */
  end(signal: 'SIGTERM' | 'SIGKILL', withinMs: number): Promise<boolean>;
  /** For one fault at a time: undefined while another one has it. */
  reserve(): Disposable | undefined;
}

const READY_MS = 60_000;
const AGAIN_MS = 200;

export function createService(program: ServiceProgram): Service {
  const { name, kind, env, readyUrl, logFile } = program;
  const log = createWriteStream(logFile, { flags: 'a' });
  let running: ServiceProcess | undefined;
  let isEnding = false;
  let wasReady = false;

  function output(line: string): void {
    log.write(`${line}\n`);
    program.onLine(line);
  }

  function launch(): void {
    isEnding = false;
    wasReady = false;
    const started = startService({ kind, env, output, orphaned: 'SIGKILL', sourceMaps: true });
    running = started;
    void started.ended.then((how) => {
      if (running === started) running = undefined;
      if (!isEnding && wasReady) program.onCrash(how);
    });
  }

  /** A worker that finds no Redis at its start ends, and its supervisor starts it again. */
  async function keepRunning(): Promise<void> {
    if (running !== undefined) return;
    await delay(AGAIN_MS);
    launch();
  }

  return {
    name,
    get pid() {
      return running?.pid;
    },
    async start() {
      if (running === undefined) launch();
      if (!(await answersWithin(readyUrl, READY_MS, keepRunning))) {
        throw new StackError(`${name} was not ready within ${READY_MS} ms: see ${logFile}`);
      }
      wasReady = true;
    },
    signal: (signal) => running?.signal(signal),
    async end(signal, withinMs) {
      isEnding = true;
      return running === undefined || running.end(signal, withinMs);
    },
    reserve: createReservation(),
  };
}
