// `npm run test:quick [-- jest arguments]`: the unit tests that evaluate few cases. Jest loads all modules anew for each
// suite, which costs more than most suites do; here many files, neighbours in the tree, are one suite and load them once.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, workspaceFolders } from './workspaces.mjs';

const SUITES = join(root, '.cache/quick');
/** Files in one suite at most, so that the processes of Jest end at about the same time. */
const FILES = 80;
/** A hook or a setting outside `describe` would hold for all files of a suite: such a file stays a suite of its own. */
const OF_ITS_OWN = /^(?:beforeAll|afterAll|beforeEach|afterEach|jest)\b/m;

rmSync(SUITES, { recursive: true, force: true });
mkdirSync(SUITES, { recursive: true });
const files = workspaceFolders().flatMap((folder) => quickTests(`${folder}/src`));
const alone = new Set(files.filter((file) => OF_ITS_OWN.test(readFileSync(join(root, file), 'utf8'))));
for (const file of alone) writeSuite([file]);
const together = files.filter((file) => !alone.has(file));
for (let from = 0; from < together.length; from += FILES) writeSuite(together.slice(from, from + FILES));
const { status } = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--no-warnings',
    join(root, 'node_modules/jest/bin/jest.js'),
    '--maxWorkers=100%',
    ...process.argv.slice(2),
    ...['--selectProjects', 'quick'],
  ],
  { cwd: root, stdio: 'inherit' },
);
process.exitCode = status ?? 1;

/** Test files below a folder, from the root. */
function quickTests(folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .filter((name) => name.endsWith('.test.ts') && !name.endsWith('.cases.test.ts'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .sort();
}

/** A suite has the name of its first file. */
function writeSuite(files) {
  const name = files[0].replaceAll('/', '-');
  const lines = files.map((file) => `import '../../${file.replace(/\.ts$/, '.js')}';\n`);
  writeFileSync(join(SUITES, name), lines.join(''));
}
