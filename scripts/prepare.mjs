import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleOutput } from './build-bundle.mjs';
import { serviceBundles } from './bundle-services.mjs';
import { kernelOutputs, kernelSources } from './build-kernel.mjs';
import { root, workspaceFolders } from './workspaces.mjs';

export { root };

const bundlers = ['build-bundle', 'bundle-services', 'original-places'].map((name) => `scripts/${name}.mjs`);

const BUILD_STAMP = 'node_modules/.cache/millrace/built';

/** Runs `npm ci` when the installed packages are not those of the lock file. Its output goes to stderr. */
export function installIfNeeded() {
  if (isInstalled()) return;
  process.stderr.write('installing packages (npm ci) ...\n');
  // npm names its own entry file for what it runs; the one on the PATH may be a shell script on Windows.
  const npm = process.env.npm_execpath;
  const fromNpm = npm?.endsWith('.js') === true;
  run(fromNpm ? process.execPath : 'npm', [...(fromNpm ? [npm] : []), 'ci', '--include=dev'], {
    shell: !fromNpm && process.platform === 'win32',
  });
}

/** Builds when a source differs from what was built last, or a `dist/` is missing. */
export function buildIfNeeded() {
  // A production install has no compiler.
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  if (!existsSync(compiler)) return;
  const members = workspaceFolders();
  const fingerprint = fingerprintOf(members);
  const stamp = join(root, BUILD_STAMP);
  const outputs = [
    ...members.map((member) => `${member}/dist/.tsbuildinfo`),
    ...kernelOutputs,
    bundleOutput,
    ...serviceBundles,
  ];
  const complete = outputs.every((output) => existsSync(join(root, output)));
  if (complete && existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) return;
  const projects = members.map((member) => `${member}/tsconfig.build.json`);
  const steps = [
    ['compiling all packages (tsc -b)', [compiler, '-b', ...projects]],
    ...['build-kernel', 'build-bundle', 'bundle-services'].map((script) => {
      return [`running scripts/${script}.mjs`, [join(root, `scripts/${script}.mjs`)]];
    }),
  ];
  for (const [index, [words, args]] of steps.entries()) {
    process.stderr.write(`building, ${index + 1} of ${steps.length}: ${words} ...\n`);
    run(process.execPath, args);
  }
  mkdirSync(join(root, 'node_modules/.cache/millrace'), { recursive: true });
  writeFileSync(stamp, fingerprint);
}

/** Takes no time, unlike a look at what is installed. */
export function isAnythingInstalled() {
  return existsSync(join(root, 'node_modules/.package-lock.json'));
}

function isInstalled() {
  const hidden = join(root, 'node_modules/.package-lock.json');
  const lock = join(root, 'package-lock.json');
  const tools = ['tsc', 'jest', 'millrace'].map((tool) => join(root, 'node_modules/.bin', tool));
  if (!existsSync(hidden) || !tools.every((tool) => existsSync(tool))) return false;
  // npm writes package-lock.json a moment after its copy, so a newer time alone proves nothing.
  return statSync(hidden).mtimeMs >= statSync(lock).mtimeMs || holdsAll(packagesOf(hidden), packagesOf(lock));
}

function packagesOf(lockFile) {
  return JSON.parse(readFileSync(lockFile, 'utf8')).packages;
}

function holdsAll(installed, wanted) {
  return Object.entries(wanted).every(([path, { version, optional, peer }]) => {
    const found = installed[path];
    if (!path.startsWith('node_modules/')) return true;
    return found === undefined ? optional === true || peer === true : found.version === version;
  });
}

/** Changes with every edit, addition and removal: a newest time alone would miss a removed file. */
function fingerprintOf(members) {
  const lines = [];
  const add = (file) => {
    const { mtimeMs, size } = statSync(`${root}${file}`);
    lines.push(`${file}\0${mtimeMs}\0${size}\n`);
  };
  for (const file of ['tsconfig.workspace.json', 'tsconfig.build.json', ...bundlers, ...kernelSources()])
    add(file);
  // The launcher waits for this: the recursion of readdirSync asks for the state of each file once more.
  const addFolder = (folder) => {
    for (const entry of readdirSync(`${root}${folder}`, { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) addFolder(path);
      else if (!path.endsWith('.test.ts')) add(path);
    }
  };
  for (const member of members) {
    add(`${member}/tsconfig.build.json`);
    addFolder(`${member}/src`);
  }
  return createHash('sha256').update(lines.sort().join('')).digest('hex');
}

/** Stdout belongs to the command that the caller runs next, so a tool's output goes to stderr. */
function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], ...options });
  if (error) throw error;
  if (status !== 0) {
    process.stderr.write(`${[command, ...args].join(' ')} failed\n`);
    process.exit(1);
  }
}
