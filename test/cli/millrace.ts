import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';

const LAUNCHER = fileURLToPath(new URL('../../packages/cli/bin/millrace.cjs', import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly process: ChildProcess;
  /** The output so far. */
  out(): string;
  err(): string;
  /** Resolves once what has been written to either stream matches; rejects when the command ends before. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  readonly finished: Promise<Finished>;
}

/** Starts the command as a person would. The tests of one Redis keep apart by prefix. */
export function startMillrace(...args: string[]): Running {
  return startMillraceWith({}, ...args);
}

/** The same in a folder, or with what differs from the environment of the tests. */
export function startMillraceWith(
  where: { cwd?: string; env?: Readonly<Record<string, string | undefined>>; detached?: boolean },
  ...args: string[]
): Running {
  const { env = {}, ...options } = where;
  const child = spawn(process.execPath, [LAUNCHER, ...args], {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      REDIS_PREFIX: `{test-${randomBytes(6).toString('hex')}}`,
      LOG_LEVEL: 'warn',
      ...env,
    },
  });
  const chunks: { out: Buffer[]; err: Buffer[] } = { out: [], err: [] };
  child.stdout.on('data', (chunk: Buffer) => chunks.out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.err.push(chunk));
  const text = (of: 'out' | 'err'): string => Buffer.concat(chunks[of]).toString();
  const finished = once(child, 'close').then(([code]) => {
    return { code: code as number | null, out: text('out'), err: text('err') };
  });
  return {
    process: child,
    out: () => text('out'),
    err: () => text('err'),
    finished,
    async says(pattern) {
      for (;;) {
        const found = pattern.exec(text('out')) ?? pattern.exec(text('err'));
        if (found) return found;
        const more = Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data')]);
        const end = await Promise.race([more, finished]);
        if ('code' in end) throw new Error(`millrace ended with ${end.code} before ${pattern}: ${end.err}`);
      }
    },
  };
}

/** Runs a command to its end. */
export function millrace(...args: string[]): Promise<Finished> {
  return startMillrace(...args).finished;
}
