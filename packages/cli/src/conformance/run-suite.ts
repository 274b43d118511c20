import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInProcess, runSuiteTest, type RunView } from '@millrace/viewdef';
import { isolatedEnvironment } from '../stack/isolated-environment.js';
import { startStack } from '../stack/start-stack.js';
import { say, type Terminal } from '../terminal.js';
import { runOverHttp, writeSources } from './http-tier.js';
import type { Verdict } from './report.js';
import { runOnScan } from './run-on-scan.js';
import type { SuiteCase, SuiteFile } from './suite.js';

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
  terminal: Terminal,
): Promise<readonly Verdict[]> {
  const { signal, env } = terminal;
  const folder = await mkdtemp(join(tmpdir(), 'millrace-conformance-'));
  const [data, out, downloads] = ['data', 'out', 'downloads'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  try {
    await writeSources(files, data);
    await mkdir(downloads);
    const stack = await startStack({
      port: 0,
      operationsPort: 0,
      data,
      out,
      workers: 1,
      redisUrl: env['REDIS_URL'],
      redisFolder: join(folder, 'redis'),
      allowEmulator: false,
      env: isolatedEnvironment(env),
      logFile: join(folder, 'services.log'),
      report: (line) => say(terminal, line),
      signal,
    });
    try {
      const verdicts = new Array<Verdict>(cases.length);
      const queue = cases.entries();
      const runNext = async (): Promise<void> => {
        for (const [index, one] of queue) {
          const run = runOverHttp(stack.fhirUrl, one.file, join(downloads, String(index)), signal);
          verdicts[index] = await judge(one, run, signal);
        }
      };
      await Promise.all(Array.from({ length: PARALLEL_EXPORTS }, () => runNext()));
      return verdicts;
    } finally {
      await stack.stop();
    }
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
