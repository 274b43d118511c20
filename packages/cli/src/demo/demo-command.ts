import { once } from 'node:events';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { bundledViews, sampleDataDir } from '@millrace/samples';
import type { Command } from 'commander';
import { progressDisplay } from '../export/progress-display.js';
import { runExport, type ExportFormat, type FinishedExport } from '../export/run-export.js';
import { isolatedEnvironment } from '../stack/isolated-environment.js';
import { startSupervisedStack, type Stack } from '../stack/start-supervised-stack.js';
import { print, say, type Terminal } from '../terminal.js';
import { STATE_FOLDER } from '../workspace.js';
import { firstRowsTable, manifestTable } from './tables.js';

export function declareDemo(command: Command, terminal: Terminal): void {
  command
    .option('--exit', 'leave after the export instead of staying up')
    .action((options: { readonly exit?: true }) => demo(options.exit === true, terminal));
}

/** Views whose first rows are shown. */
const SHOWN_VIEWS = ['patient_demographics', 'observation_values', 'condition_flat'];
const SHOWN_ROWS = 5;

async function demo(exit: boolean, terminal: Terminal): Promise<void> {
  const { env, signal } = terminal;
  await mkdir(STATE_FOLDER, { recursive: true });
  const folder = await mkdtemp(join(STATE_FOLDER, 'demo-'));
  say(terminal, 'starting Redis, the API and a worker ...');
  const stack = await startSupervisedStack({
    port: 0,
    operationsPort: 0,
    data: sampleDataDir,
    out: join(folder, 'store'),
    workers: 1,
    redisUrl: env['REDIS_URL'],
    redisFolder: join(folder, 'redis'),
    allowEmulator: true,
    env: isolatedEnvironment(env),
    logFile: join(folder, 'services.log'),
    report: (line) => say(terminal, line),
    signal,
  });
  try {
    const parquet = await exportAll('parquet', stack, folder, terminal);
    await exportAll('csv', stack, folder, terminal);
    for (const name of SHOWN_VIEWS) {
      const file = parquet.files.find(({ output }) => output === name);
      if (file) print(terminal, await firstRowsTable(name, file.path, SHOWN_ROWS));
    }
    print(terminal, manifestTable(parquet.manifest));
    for (const line of placesOf(stack, folder)) print(terminal, line);
    if (exit) return;
    print(terminal, '\nCtrl-C ends the demo.');
    const failure = await Promise.race([stack.broken, once(signal, 'abort')]);
    if (failure instanceof Error) throw failure;
  } finally {
    await stack.stop();
  }
}

async function exportAll(
  format: ExportFormat,
  stack: Stack,
  folder: string,
  terminal: Terminal,
): Promise<FinishedExport> {
  const views = await bundledViews();
  say(terminal, `exporting ${views.length} views to ${format} ...`);
  return runExport(
    {
      server: stack.fhirUrl,
      subjects: views.map(({ name, view }) => ({ name, resource: view })),
      format,
      header: true,
      folder: join(folder, format),
      parallel: 4,
    },
    progressDisplay(terminal),
    terminal.signal,
  );
}

function placesOf(stack: Stack, folder: string): string[] {
  return [
    `API           ${stack.fhirUrl}`,
    `operations    ${stack.operationsUrl}/ops`,
    `queue board   ${stack.operationsUrl}/ops/queues`,
    `metrics       ${stack.operationsUrl}/metrics`,
    `files         ${join(folder, 'parquet')} and ${join(folder, 'csv')}`,
    `service logs  ${join(folder, 'services.log')}`,
  ];
}
