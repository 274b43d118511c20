import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { StackError } from '../errors.js';
import { createReservation } from './reservation.js';
import { comesTrue } from './until.js';

export interface ServiceProgram {
  /** `api-1`, `worker-2`. */
  readonly name: string;
  readonly main: string;
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
  /** Starts it unless it runs, as often as it takes, and waits until it is ready. @throws StackError */
  start(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Ends it by a signal, waits until it is gone, and says whether that was within the time; else it is killed. */
  end(signal: 'SIGTERM' | 'SIGKILL', withinMs: number): Promise<boolean>;
  /** For one fault at a time: undefined while another one has it. */
  reserve(): Disposable | undefined;
}

const END_WITH_PARENT = fileURLToPath(new URL('end-with-parent.js', import.meta.url));
const READY_MS = 60_000;
const AGAIN_MS = 200;
const KILLED_MS = 10_000;

export function createService(program: ServiceProgram): Service {
  const log = createWriteStream(program.logFile, { flags: 'a' });
  let child: ChildProcess | undefined;
  let isEnding = false;
  let wasReady = false;

  function launch(): void {
    isEnding = false;
    wasReady = false;
    const started = spawn(
      process.execPath,
      ['--enable-source-maps', '--import', END_WITH_PARENT, program.main],
      {
        env: program.env,
        stdio: ['pipe', 'pipe', 'pipe'],
      },
    );
    child = started;
    const onExit = (): boolean => started.kill('SIGKILL');
    process.once('exit', onExit);
    // The pipe only ever closes.
    started.stdin.on('error', () => undefined);
    for (const output of [started.stdout, started.stderr]) {
      output.pipe(log, { end: false });
      createInterface({ input: output }).on('line', program.onLine);
    }
    started.once('exit', (code, signal) => {
      process.off('exit', onExit);
      if (child === started) child = undefined;
      if (!isEnding && wasReady) program.onCrash(signal ?? `exit code ${code}`);
    });
  }

  async function isReady(): Promise<boolean> {
    // A worker that finds no Redis at its start ends, and whoever runs it starts it again.
    if (child === undefined) {
      await delay(AGAIN_MS);
      launch();
    }
    const answer = await fetch(program.readyUrl, { signal: AbortSignal.timeout(2_000) }).catch(
      () => undefined,
    );
    await answer?.body?.cancel();
    return answer?.status === 200;
  }

  return {
    name: program.name,
    async start() {
      if (child === undefined) launch();
      if (!(await comesTrue(isReady, READY_MS, 50))) {
        throw new StackError(`${program.name} was not ready within ${READY_MS} ms: see ${program.logFile}`);
      }
      wasReady = true;
    },
    signal(signal) {
      child?.kill(signal);
    },
    async end(signal, withinMs) {
      const ending = child;
      if (ending === undefined) return true;
      isEnding = true;
      const gone = once(ending, 'exit').then(() => true);
      ending.kill(signal);
      const inTime = await Promise.race([gone, delay(withinMs, false, { ref: false })]);
      if (!inTime) {
        ending.kill('SIGKILL');
        await Promise.race([gone, delay(KILLED_MS, false, { ref: false })]);
      }
      return inTime;
    },
    reserve: createReservation(),
  };
}
