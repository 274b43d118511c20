import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStack } from '@millrace/local-stack';
import { runOverHttp, writeSources } from './http-tier.js';
import type { Verdict } from './report.js';
import { runInProcess } from './run-in-process.js';
import { runOnScan } from './run-on-scan.js';
import type { SuiteCase, SuiteFile } from './suite-folder.js';
import { runSuiteTest } from './view-suite.js';
import type { RunView } from './view-suite.js';
import type { SuiteWorld } from './world.js';

export const IN_PROCESS_TIERS = ['scan', 'codegen', 'fhirpath'] as const;

/** Exports that are under way together. */
const PARALLEL_EXPORTS = 24;

/**
 * Runs all cases in this process, on one engine. In the order of `cases`.
 *
 * @param onLeft told of what the scan leaves to generated code
 */
export async function judgeInProcess(
  cases: readonly SuiteCase[],
  engine: (typeof IN_PROCESS_TIERS)[number],
  onLeft: (one: SuiteCase, reason: string) => void,
  signal: AbortSignal,
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const one of cases) {
    const run = engine === 'scan' ? runOnScan((reason) => onLeft(one, reason)) : runInProcess(engine);
    verdicts.push(await judge(one, run, signal));
  }
  return verdicts;
}

/** Starts a stack with every file of the suite as a source, and runs all cases as exports. In the order of `cases`. */
export async function judgeOverHttp(
  files: readonly SuiteFile[],
  cases: readonly SuiteCase[],
  { redisUrl, signal, err }: SuiteWorld,
): Promise<readonly Verdict[]> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-conformance-'));
  const [data, downloads] = [join(folder, 'data'), join(folder, 'downloads')];
  try {
    await writeSources(files, data);
    await mkdir(downloads);
    await using stack = await startStack({ data, redisUrl, workers: 1, report: (line) => err(`${line}\n`) });
    const { fhirUrl } = stack.api;
    const verdicts = new Array<Verdict>(cases.length);
    const queue = cases.entries();
    const runNext = async (): Promise<void> => {
      for (const [index, one] of queue) {
        const run = runOverHttp(fhirUrl, one.file, join(downloads, String(index)), signal);
        verdicts[index] = await judge(one, run, signal);
      }
    };
    await Promise.all(Array.from({ length: PARALLEL_EXPORTS }, () => runNext()));
    return verdicts;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function judge({ file, test }: SuiteCase, run: RunView, signal: AbortSignal): Promise<Verdict> {
  try {
    return await runSuiteTest(test, file.resources, run);
  } catch (error) {
    signal.throwIfAborted();
    return `the run broke: ${error instanceof Error ? error.message : String(error)}`;
  }
}
