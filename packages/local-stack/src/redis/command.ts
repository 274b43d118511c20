import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

interface RunOptions {
  readonly cwd?: string;
  readonly timeoutMs: number;
  /** Replaces the environment of the program. */
  readonly env?: Record<string, string>;
}

/** Runs a program to its end and gives its standard output. Rejects when it is absent, fails or takes too long. */
export async function output(
  program: string,
  args: readonly string[],
  { timeoutMs, ...options }: RunOptions,
): Promise<string> {
  const { stdout } = await run(program, args, {
    ...options,
    timeout: timeoutMs,
    maxBuffer: 16 * 1024 * 1024,
  });
  return stdout;
}

/** True when the program runs and ends well. */
export function succeeds(program: string, args: readonly string[], options: RunOptions): Promise<boolean> {
  return output(program, args, options).then(
    () => true,
    () => false,
  );
}

/** The first line of a failure, for a list of the things that were tried. */
export function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n').slice(0, 2).join(' ').trim();
}
