import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Finished } from './millrace.js';

const LAUNCHER = fileURLToPath(new URL('../../packages/cli/bin/millrace.cjs', import.meta.url));

/** Runs a script of bash in which `$MILLRACE` is `millrace run`. */
export async function inShell(script: string, environment: Record<string, string>): Promise<Finished> {
  const env = { ...process.env, ...environment, MILLRACE: `${process.execPath} ${LAUNCHER} run` };
  const child = spawn('bash', ['-c', script], { stdio: ['ignore', 'pipe', 'pipe'], env });
  const texts = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (texts.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (texts.err += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...texts };
}
