// `npm run verify`: what a change must pass before it lands and needs no services and no build. Two lanes run side by
// side; the output of each check comes in one piece when it has ended.
import { spawn } from 'node:child_process';
import { root } from './workspaces.mjs';

/** With the default of 16 MB, a quarter of the time goes into moving what has just been made. */
const NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --max-semi-space-size=64`.trim();

const started = performance.now();
const failed = (
  await Promise.all([lane('lint', 'format:check'), lane('build:kernel', 'test:quick', 'unused')])
).flat();
process.stdout.write(
  `\n${failed.length === 0 ? 'verified' : `FAILED: ${failed.join(', ')}`} in ${seconds(started)} s\n`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

/** Runs scripts of package.json one after the other, all of them; resolves to those that failed. */
async function lane(...names) {
  const failing = [];
  for (const name of names) if (!(await passes(name))) failing.push(name);
  return failing;
}

async function passes(name) {
  const from = performance.now();
  const child = spawn('npm', ['run', '--silent', name], {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS },
    shell: process.platform === 'win32',
  });
  const output = [];
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => output.push(chunk));
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  const result = code === 0 ? 'passed' : `FAILED (exit ${code})`;
  process.stdout.write(`\n=== ${name}: ${result} in ${seconds(from)} s\n`);
  process.stdout.write(Buffer.concat(output));
  return code === 0;
}

function seconds(from) {
  return Math.round((performance.now() - from) / 1_000);
}
