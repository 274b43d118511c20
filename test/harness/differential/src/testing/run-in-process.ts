import { createLineScan } from '../engines/scan-lines.js';
import type { LineScanFactory } from '../engines/scan-lines.js';
import { noCounts } from '../pass-result.js';
import type { PassResult } from '../pass-result.js';
import { runProgram } from '../program.js';
import type { ProgramWorld } from '../program.js';
import { runPass } from '../run-pass.js';
import type { Summary } from '../summary.js';

/** A run of the program to its end. */
export interface ProgramRun {
  readonly exitCode: number;
  readonly out: string;
  readonly summary: Summary;
}

/** Runs the program on this thread. */
export async function runHere(
  args: readonly string[],
  world: Partial<ProgramWorld> = {},
  makeScan: LineScanFactory = createLineScan,
): Promise<ProgramRun> {
  let out = '';
  const exitCode = await runProgram(args, {
    out: (text) => (out += text),
    err: (text) => (out += text),
    now: () => 0,
    interrupt: new AbortController().signal,
    startRunner: (task) => ({
      run: (pass) => Promise.resolve(runPass({ ...task, pass }, makeScan)),
      close: () => Promise.resolve(),
    }),
    ...world,
  });
  const summary = JSON.parse(/^\{.*\}$/m.exec(out)?.[0] ?? '{}') as Summary;
  return { exitCode, out, summary };
}

/** A pass of one case, which was compared. */
export const comparedPass: PassResult = {
  ...noCounts,
  views: 1,
  cases: 1,
  compared: 1,
  sound: 1,
  soundCompared: 1,
  rows: 1,
  failure: undefined,
};
