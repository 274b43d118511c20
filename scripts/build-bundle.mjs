// Bundles the command line into packages/cli/dist/bundle: loading some hundred modules one by one takes longer than a
// small run does. `run` and its engine thread are scripts, because V8 can store the code of scripts; the rest is modules.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kernelSources } from './build-kernel.mjs';
import { originalPlaces } from './original-places.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const cli = join(root, 'packages/cli');
const bundles = join(cli, 'dist/bundle');
/** A folder as deep as the one that the output gets. */
const folder = join(bundles, 'folder');

const main = join(cli, 'dist/main.js');
const commands = join(cli, 'dist/subcommands.js');
const runCommand = join(cli, 'dist/run/run-command.js');
const threads = { 'engine-thread': join(cli, 'dist/run/engine-thread.js') };

/** The file, from the root, that names the bundle which the launcher loads. */
export const bundleOutput = 'packages/cli/dist/bundle/current.json';

/** What makes the bundle, from the root. */
const bundlers = ['build-bundle', 'original-places'].map((name) => `scripts/${name}.mjs`);

/** A process that was started before may still load parts of the bundle that it began with. */
const KEPT_BUNDLES = 3;

const shared = {
  outdir: folder,
  bundle: true,
  platform: 'node',
  target: 'node20',
  legalComments: 'none',
  logLevel: 'warning',
  write: false,
};

/** Does nothing where there is no bundler, as in a production install. */
async function buildBundle() {
  const require = createRequire(import.meta.url);
  if (!existsSync(join(root, 'node_modules/esbuild'))) return;
  const { build } = require('esbuild');
  const modules = await build({
    ...shared,
    entryPoints: { millrace: main },
    splitting: true,
    format: 'esm',
    plugins: [originalPlaces(folder, threads, { ending: '.cjs' })],
    // CommonJS packages inside the bundle ask for modules of Node.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
  });
  const scripts = await build({
    ...shared,
    entryPoints: { millrace: main, ...threads },
    outExtension: { '.js': '.script' },
    format: 'cjs',
    metafile: true,
    plugins: [otherCommands, originalPlaces(folder, threads, { ending: '.cjs', here: 'bundleUrl' })],
    banner: { js: '(function (require, bundleUrl) {' },
    footer: { js: '})' },
  });
  const files = [...modules.outputFiles, ...scripts.outputFiles, threadOf(scripts.outputFiles)];
  const sources = [...sourcesOf(scripts.metafile), ...kernelSources(), ...bundlers];
  warmUp(publish(files, sources));
}

/** A run on this thread and one on an engine thread leave the code of the scripts behind, for later processes. */
function warmUp(name) {
  const samples = join(root, 'packages/samples');
  const load = `require(${JSON.stringify(join(cli, 'bin/load-script.cjs'))}).loadScript(process.argv[1], 'at exit')`;
  const run = ['-e', load, join(bundles, name, 'millrace.script'), 'run', '--format', 'csv'];
  for (const [view, type, engine] of [
    ['patient_demographics', 'Patient', 'auto'],
    ['observation_flat', 'Observation', 'scan'],
  ]) {
    const files = [
      '--view',
      join(samples, `views/${view}.json`),
      '--input',
      join(samples, `data/${type}.ndjson`),
    ];
    spawnSync(process.execPath, [...run, ...files, '--engine', engine], { stdio: 'ignore' });
  }
}

/** The file that engine threads are started with. */
function threadOf(files) {
  const script = files.find(({ path }) => path.endsWith('engine-thread.script'));
  const name = relative(folder, script.path);
  const text = `require('../../../bin/load-script.cjs').loadScript(__dirname + '/${name}', 'soon');\n`;
  return { path: join(folder, 'engine-thread.cjs'), contents: Buffer.from(text) };
}

/**
 * Writes the files into a folder of their own, and then names it: a process that starts finds the bundle before, or this one.
 *
 * @returns the name of the folder
 */
function publish(files, sources) {
  const hash = createHash('sha256');
  for (const { path, contents } of files) hash.update(path).update('\0').update(contents);
  const name = hash.digest('hex').slice(0, 16);
  const target = join(bundles, name);
  if (!existsSync(target)) {
    const part = `${target}.${process.pid}`;
    mkdirSync(part, { recursive: true });
    for (const { path, contents } of files) writeFileSync(join(part, relative(folder, path)), contents);
    renameSync(part, target);
  }
  const current = { folder: name, sources: sources.sort().map(stateOf) };
  const part = join(root, `${bundleOutput}.${process.pid}`);
  writeFileSync(part, JSON.stringify(current));
  renameSync(part, join(root, bundleOutput));
  removeOld(name);
  return name;
}

/** The state of a source that the launcher compares. */
function stateOf(file) {
  const { mtimeMs, size } = statSync(join(root, file));
  const built = statSync(join(root, file.replace(/\/src\/.*/, '/dist/.tsbuildinfo')), {
    throwIfNoEntry: false,
  });
  // It was edited after it was compiled.
  const isNewer = file.includes('/src/') && (built === undefined || mtimeMs > built.mtimeMs);
  return [file, isNewer ? 0 : mtimeMs, size];
}

function removeOld(current) {
  const old = readdirSync(bundles, { withFileTypes: true })
    .filter((entry) => entry.name !== current && entry.name !== 'current.json')
    .map(({ name }) => ({ path: join(bundles, name), mtimeMs: statSync(join(bundles, name)).mtimeMs }))
    .sort((a, b) => b.mtimeMs - a.mtimeMs);
  for (const { path } of old.slice(KEPT_BUNDLES - 1)) rmSync(path, { recursive: true, force: true });
}

/** TypeScript files, from the root, behind the workspaces' modules of a build. */
function sourcesOf({ inputs }) {
  return Object.keys(inputs)
    .map((input) => relative(root, resolve(input)).split(sep).join('/'))
    .filter((path) => /^packages\/[^/]+\/dist\//.test(path))
    .map((path) => path.replace('/dist/', '/src/').replace(/[.]js$/, '.ts'));
}

/** The script has the command `run`; the launcher asks it for no other one. */
const otherCommands = {
  name: 'other-commands',
  setup({ onResolve }) {
    onResolve({ filter: /./ }, ({ kind, importer, path, resolveDir }) => {
      if (kind !== 'dynamic-import' || importer !== commands) return undefined;
      if (resolve(resolveDir, path) === runCommand) return undefined;
      return { path, external: true };
    });
  },
};

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildBundle();
