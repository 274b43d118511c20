import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs a program to its end and gives its standard output. Rejects when it is absent, fails or takes too long. */
export async function output(
  program: string,
  args: readonly string[],
  options: { cwd?: string; timeoutMs: number; env?: Record<string, string> },
): Promise<string> {
  const { stdout } = await run(program, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
    timeout: options.timeoutMs,
    maxBuffer: 16 * 1024 * 1024,
  });
  return stdout;
}

/** True when the program runs and ends well. */
export async function succeeds(
  program: string,
  args: readonly string[],
  options: { timeoutMs: number; env?: Record<string, string> },
): Promise<boolean> {
  try {
    await output(program, args, options);
    return true;
  } catch {
    return false;
  }
}

/** First line of why something failed, for a list of what was tried. */
export function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n').slice(0, 2).join(' ').trim();
}
