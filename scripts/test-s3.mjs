// `npm run test:s3 -- --bucket NAME [--endpoint URL]`: the promises of storage on memory, a file system, the strict test
// server and a bucket of your own, as a table. Credentials come from where the AWS SDK finds them.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { buildIfNeeded, installIfNeeded, root } from './prepare.mjs';

const HELP = `Usage: npm run test:s3 -- --bucket NAME [options]
  --bucket NAME      the bucket; everything is written below a prefix of its own and removed
  --endpoint URL     the server, unless it is AWS
  --region REGION    region of the bucket
  --name TEXT        what the table calls the store; default: given store
  --create-bucket    create the bucket
  --export           also run an export from the bucket to the bucket
`;
const STORES = ['memory', 'file system', 'strict server', 'given store'];

const { values } = parseArgs({
  options: {
    bucket: { type: 'string' },
    endpoint: { type: 'string' },
    region: { type: 'string' },
    name: { type: 'string', default: 'given store' },
    'create-bucket': { type: 'boolean', default: false },
    export: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help || values.bucket === undefined) {
  process.stderr.write(HELP);
  process.exit(values.help ? 0 : 2);
}
installIfNeeded();
buildIfNeeded();

const folder = await mkdtemp(join(tmpdir(), 'millrace-test-s3-'));
const report = join(folder, 'report.json');
const environment = {
  ...process.env,
  S3_TEST_BUCKET: values.bucket,
  ...(values.endpoint === undefined ? {} : { S3_TEST_ENDPOINT: values.endpoint }),
  ...(values.region === undefined ? {} : { S3_TEST_REGION: values.region }),
  ...(values['create-bucket'] ? { S3_TEST_CREATE_BUCKET: '1' } : {}),
};
const redis = values.export ? await startRedis() : undefined;
try {
  process.exitCode = await jest({ ...environment, ...(redis ? { REDIS_URL: redis.url } : {}) });
  printTable(JSON.parse(await readFile(report, 'utf8')));
} finally {
  await redis?.stop();
  await rm(folder, { recursive: true, force: true });
}

async function startRedis() {
  const { resolveRedis } = await import(pathToFileURL(join(root, 'packages/local-stack/dist/index.js')).href);
  return resolveRedis({
    url: process.env.REDIS_URL,
    dataFolder: join(folder, 'redis'),
    cacheFolder: join(root, '.cache'),
    allowEmulator: false,
    log: (line) => process.stderr.write(`${line}\n`),
  });
}

function jest(env) {
  const args = ['--selectProjects', 's3', '--json', `--outputFile=${report}`];
  const which = values.export ? [] : ['--testPathPatterns', 'test/storage'];
  const program = join(root, 'node_modules/jest/bin/jest.js');
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ['--experimental-vm-modules', '--no-warnings', program, ...args, ...which],
      // The report goes to its file and to stdout, where only the table should be.
      { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], env },
    );
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

/** Promises kept of all promises, by group and store. A test outside of the contract is about the given store. */
function printTable({ testResults }) {
  const groups = new Map();
  for (const { title, ancestorTitles, status } of testResults.flatMap((file) => file.assertionResults)) {
    const [store, group = 'source'] = ancestorTitles;
    const row = STORES.includes(store) ? group : title;
    const cells = groups.get(row) ?? new Map();
    groups.set(row, cells);
    const cell = STORES.includes(store) ? store : 'given store';
    const { kept = 0, all = 0 } = cells.get(cell) ?? {};
    cells.set(cell, { kept: kept + (status === 'passed' ? 1 : 0), all: all + 1 });
  }
  const heads = STORES.map((store) => (store === 'given store' ? values.name : store));
  const rows = [...groups].map(([row, cells]) => [
    row.length > 60 ? `${row.slice(0, 59)}…` : row,
    ...STORES.map((store) => {
      const { kept, all } = cells.get(store) ?? {};
      return all === undefined ? '' : `${kept}/${all}`;
    }),
  ]);
  const table = [['promises kept', ...heads], ...rows];
  const widths = table[0].map((_, column) => Math.max(...table.map((cells) => cells[column].length)));
  for (const cells of table) {
    process.stdout.write(
      `${cells
        .map((text, n) => text.padEnd(widths[n]))
        .join('  ')
        .trimEnd()}\n`,
    );
  }
}
