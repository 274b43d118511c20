import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { BenchmarkError } from '../errors.js';

const MILLRACE = fileURLToPath(new URL('../../../../../packages/cli/bin/millrace.cjs', import.meta.url));

const statsSchema = z.object({ bytesIn: z.number(), bytesOut: z.number(), seconds: z.number() });

/** The statistics that `millrace run` prints: its time begins when the command has been loaded. */
export type CommandStats = z.infer<typeof statsSchema>;

/** `millrace run` of one view over a folder, whose rows nobody keeps. */
export async function runCommandLine(
  given: { readonly view: object; readonly input: string; readonly threads: number },
  signal: AbortSignal,
): Promise<CommandStats> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
  try {
    const view = join(folder, 'view.json');
    await writeFile(view, JSON.stringify(given.view));
    const options = ['--view', view, '--input', given.input, '--format', 'ndjson', '--stats'];
    const child = spawn(
      process.execPath,
      [MILLRACE, 'run', ...options, '--out', '/dev/null', '--threads', String(given.threads)],
      { stdio: ['ignore', 'ignore', 'pipe'], signal },
    );
    const exit = once(child, 'exit') as Promise<[number | null]>;
    const [said, [code]] = await Promise.all([text(child.stderr), exit]);
    if (code !== 0) throw new BenchmarkError(`millrace run ended with ${code}: ${said}`);
    const lines = said.trim().split('\n');
    return statsSchema.parse(JSON.parse(lines.at(-1) ?? ''));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
