import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { readPeakMemory } from '@millrace/harness-kit';
import { BenchmarkError } from '../errors.js';

/** One process from its start to its end. */
export interface WholeRun {
  readonly seconds: number;
  readonly peakBytes: number;
}

/** Linux forgets the peak of a process that has ended, so it is looked at until then. */
const LOOK_EACH_MS = 10;

/** @throws BenchmarkError for a program that fails, with what it said */
export async function runWhole(command: readonly string[], signal: AbortSignal): Promise<WholeRun> {
  const [program = '', ...args] = command;
  const startedAt = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], signal });
  let peakBytes = 0;
  const looks = setInterval(() => {
    if (child.pid === undefined) return;
    readPeakMemory(child.pid).then(
      (bytes) => (peakBytes = bytes),
      // It has just ended.
      () => undefined,
    );
  }, LOOK_EACH_MS);
  try {
    const ended = once(child, 'exit').then(([code]) => {
      return { code: code as number | null, seconds: (performance.now() - startedAt) / 1000 };
    });
    const [said, { code, seconds }] = await Promise.all([text(child.stderr), ended]);
    if (code !== 0) throw new BenchmarkError(`${command.join(' ')} ended with ${code}: ${said}`);
    return { seconds, peakBytes };
  } finally {
    clearInterval(looks);
  }
}
