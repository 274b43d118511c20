import type { PassResult } from './pass-result.js';

/** Runs passes one at a time, as a thread does. */
export interface PassRunner {
  run(pass: number): Promise<PassResult>;
  close(): Promise<void>;
}

/**
 * Hands out passes in order to any free runner, until there are none left or it is to stop. Then waits for
 * the passes that were begun. Returns the first pass that was not run: all passes before it were.
 */
export async function runPasses(
  { from, to }: { readonly from: number; readonly to: number },
  runners: readonly PassRunner[],
  isStopped: () => boolean,
  onResult: (result: PassResult) => void,
): Promise<number> {
  let next = from;
  await Promise.all(
    runners.map(async (runner) => {
      while (next < to && !isStopped()) {
        const pass = next;
        next += 1;
        onResult(await runner.run(pass));
      }
      await runner.close();
    }),
  );
  return next;
}
