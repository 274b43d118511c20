// `npm test [-- jest arguments]`: every test that needs no cluster, with a Redis of its own.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfNeeded, installIfNeeded, root } from './prepare.mjs';

/** `TEST_REPORT` names a file for the results in JSON, without those of outages. */
const report = process.env.TEST_REPORT;
/** Suites of outages hold services to times, so nothing runs beside them. */
const EVERYTHING = [
  ['--testPathPatterns', '^(?!.*outages)', ...(report ? ['--json', `--outputFile=${report}`] : [])],
  ['--testPathPatterns', 'outages', '--maxWorkers=1'],
];

installIfNeeded();
buildIfNeeded();

const { resolveRedis } = await import(pathToFileURL(join(root, 'packages/local-stack/dist/index.js')).href);
const dataFolder = await mkdtemp(join(tmpdir(), 'millrace-test-redis-'));
const redis = await resolveRedis({
  url: process.env.REDIS_URL,
  dataFolder,
  cacheFolder: join(root, '.cache'),
  allowEmulator: process.env.REQUIRE_REAL_REDIS !== '1',
  log: (line) => process.stderr.write(`${line}\n`),
});
process.stderr.write(`testing with the Redis at ${redis.url} (${redis.how})\n`);

// Ctrl-C reaches jest too; Redis must outlive it, so that its tests can clean up.
process.on('SIGINT', () => undefined);
const wanted = process.argv.slice(2);
const codes = [];
for (const args of wanted.length > 0 ? [wanted] : EVERYTHING) {
  codes.push(await jest(args, { ...process.env, REDIS_URL: redis.url }));
}
process.exitCode = Math.max(...codes);
await redis.stop();
await rm(dataFolder, { recursive: true, force: true });

function jest(args, env) {
  const program = join(root, 'node_modules/jest/bin/jest.js');
  return new Promise((resolve, reject) => {
    const projects = ['--selectProjects', 'unit', 'integration'];
    const child = spawn(
      process.execPath,
      ['--experimental-vm-modules', '--no-warnings', program, ...args, ...projects],
      {
        cwd: root,
        stdio: 'inherit',
        env,
      },
    );
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
