import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { SqlEngineError, SqlFault } from '../sql-fault.js';
import type { Answer, Order } from './messages.js';

/** A process with DuckDB, which carries out one order at a time. */
export interface Child {
  /** Whether it can take an order. */
  readonly isAlive: boolean;
  /**
   * @param watch looks at the process while it works: its return ends the process, as a fault
   * @returns the answer, and the most memory that the process has taken for it in bytes
   * @throws SqlFault, SqlEngineError, the reason of the signal
   */
  carryOut(order: Order, watch: Watch): Promise<{ readonly answer: Answer; readonly peakBytes: number }>;
  end(): Promise<void>;
}

export interface Watch {
  readonly milliseconds: number;
  /** Memory of the whole process. */
  readonly mostBytes: number;
  /** Why the order must end now, as a message; undefined where it may go on. Asked several times a second. */
  readonly complaint?: () => string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** As it is built, from wherever this file is loaded: a process loads no TypeScript. */
const PROGRAM = new URL('../../../dist/engine/duckdb/duckdb-process.js', import.meta.url);

/** A query may take gigabytes within a second. */
const LOOK_EVERY_MS = 20;
/** Folders are looked at more seldom. */
const LOOKS_A_COMPLAINT = 5;
const KEPT_WORDS = 2000;

/** @throws SqlEngineError when it cannot be started */
export async function startChild(): Promise<Child> {
  const child = fork(PROGRAM, [], {
    // No secrets and no options of the service.
    env: {},
    execArgv: ['--max-old-space-size=256'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // As JSON, an infinite size would be null.
    serialization: 'advanced',
  });
  let words = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-KEPT_WORDS);
  });
  let isAlive = true;
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`));
  }).then((how) => {
    isAlive = false;
    return how;
  });
  /** Rejects with the end of the process. */
  const untimely = (): Promise<never> =>
    ended.then((how) => {
      // The last words may quote SQL, which belongs to a client.
      const [first = ''] = words.split('\n').filter((line) => /^\w*Error|^FATAL|out of memory/i.test(line));
      throw new SqlEngineError(
        `the process of the engine ended (${how})${first === '' ? '' : `: ${first.slice(0, 200)}`}`,
      );
    });
  const kill = async (): Promise<void> => {
    child.ref();
    child.kill('SIGKILL');
    await ended;
  };
  try {
    await Promise.race([nextAnswer(child), untimely()]);
  } catch (error) {
    await kill();
    throw error;
  }
  rest(child);

  return {
    get isAlive() {
      return isAlive;
    },
    async carryOut(order, { milliseconds, mostBytes, complaint, signal }) {
      signal?.throwIfAborted();
      child.ref();
      forgetPeak(child.pid);
      const stop = new AbortController();
      let peakBytes = 0;
      const broken = new Promise<never>((_, reject) => {
        let looks = 0;
        const look = (): void => {
          const bytes = residentBytes(child.pid);
          peakBytes = Math.max(peakBytes, bytes);
          if (bytes > mostBytes) reject(tooCostly('it takes more memory than it may have'));
          looks += 1;
          if (complaint === undefined || looks % LOOKS_A_COMPLAINT !== 0) return;
          try {
            const reason = complaint();
            if (reason !== undefined) reject(tooCostly(reason));
          } catch (error) {
            reject(new SqlEngineError('the folders of a run cannot be read', { cause: error }));
          }
        };
        const looking = setInterval(look, LOOK_EVERY_MS);
        const late = setTimeout(() => {
          reject(tooCostly(`it takes longer than ${milliseconds} ms`));
        }, milliseconds);
        const abort = (): void => reject(signal?.reason as Error);
        signal?.addEventListener('abort', abort, { once: true });
        stop.signal.addEventListener('abort', () => {
          clearInterval(looking);
          clearTimeout(late);
          signal?.removeEventListener('abort', abort);
        });
      });
      try {
        const answered = nextAnswer(child);
        child.send(order);
        const answer = await Promise.race([answered, broken, untimely()]);
        return { answer, peakBytes: Math.max(peakBytes, residentBytes(child.pid, 'VmHWM')) };
      } catch (error) {
        await kill();
        throw error;
      } finally {
        stop.abort();
        rest(child);
      }
    },
    end: kill,
  };
}

const tooCostly = (message: string): SqlFault => new SqlFault('too-costly', message, { statement: 'query' });

/** It does not keep its parent from ending. */
function rest(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
  if (child.stderr instanceof Socket) child.stderr.unref();
}

function nextAnswer(child: ChildProcess): Promise<Answer> {
  child.channel?.ref();
  return new Promise((resolve) => {
    child.once('message', (message) => resolve(message as Answer));
  });
}

/** The most memory of a process counts anew from here. https://www.kernel.org/doc/html/latest/filesystems/proc.html */
function forgetPeak(pid: number | undefined): void {
  if (process.platform !== 'linux' || pid === undefined) return;
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
  } catch {
    // Where that is forbidden, the most memory of earlier orders counts too.
  }
}

/** Memory of a process by its operating system; 0 where that does not say. */
function residentBytes(pid: number | undefined, field: 'VmRSS' | 'VmHWM' = 'VmRSS'): number {
  if (process.platform !== 'linux' || pid === undefined) return 0;
  try {
    const [, kibibytes] =
      new RegExp(`^${field}:\\s*(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kibibytes ?? 0) * 1024;
  } catch {
    // The process has ended; whoever waits for it hears that.
    return 0;
  }
}
