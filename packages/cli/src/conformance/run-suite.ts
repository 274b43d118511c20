import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isolatedEnvironment } from '../stack/isolated-environment.js';
import { startStack } from '../stack/start-stack.js';
import { say, type Terminal } from '../terminal.js';
import { runOverHttp, writeSources } from './http-tier.js';
import { runInProcess } from './in-process-tier.js';
import { faultIn, type SuiteFile, type SuiteTest } from './suite.js';
import type { Verdict } from './report.js';

/** One test with the file that its resources are in. */
export interface SuiteCase {
  readonly file: SuiteFile;
  readonly test: SuiteTest;
}

export const IN_PROCESS_TIERS = ['codegen', 'fhirpath'] as const;

/** Exports that are under way together. */
const PARALLEL_EXPORTS = 24;

export function judgeInProcess(
  { file, test }: SuiteCase,
  engine: (typeof IN_PROCESS_TIERS)[number],
): Verdict {
  return faultIn(runInProcess(file, test, engine), test);
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
        for (const [index, { file, test }] of queue) {
          const target = join(downloads, String(index));
          verdicts[index] = await judgeExport(stack.fhirUrl, { file, test }, target, signal);
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

async function judgeExport(
  server: string,
  { file, test }: SuiteCase,
  target: string,
  signal: AbortSignal,
): Promise<Verdict> {
  try {
    return faultIn(await runOverHttp(server, file, test, target, signal), test);
  } catch (error) {
    signal.throwIfAborted();
    return `the export broke: ${error instanceof Error ? error.message : String(error)}`;
  }
}
