// Packs packages/client as others install it: `node scripts/pack-client.mjs DIR` writes the tarball into the folder DIR and prints
// its path. The package has no dependencies: a bundle has what it uses of the workspaces and of zod, and no part of a server.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { readManifest, root } from './workspaces.mjs';

const client = join(root, 'packages/client');
const built = join(client, 'dist');
const entries = ['index', 'browser'];

/** Bundles the entries; code that both use is in files of its own. */
async function bundle(stage) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(entries.map((name) => [name, join(built, `${name}.js`)])),
    outdir: join(stage, 'dist'),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    external: ['node:*'],
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  const { outputs } = metafile;
  const importsOf = (file) =>
    outputs[file].imports.flatMap(({ path, external }) => (external ? [path] : importsOf(path)));
  const browser = Object.keys(outputs).find((file) => file.endsWith('dist/browser.js'));
  const nodeOnly = importsOf(browser);
  if (nodeOnly.length > 0) throw new Error(`the browser entry imports ${nodeOnly.join(', ')}`);
  return new Set(
    Object.keys(metafile.inputs).flatMap(
      (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
    ),
  );
}

/** Copies the declarations that the entries lead to. They may name nothing that is not in the package. */
function copyDeclarations(stage) {
  const pending = entries.map((name) => `${name}.d.ts`);
  const copied = new Set();
  for (const file of pending) {
    if (copied.has(file)) continue;
    copied.add(file);
    const text = readFileSync(join(built, file), 'utf8');
    for (const [, target] of text.matchAll(/(?:from|import)\s*\(?'([^']+)'/g)) {
      if (target.startsWith('node:')) continue;
      if (!target.startsWith('.')) throw new Error(`the declarations of ${file} import ${target}`);
      pending.push(join(dirname(file), target.replace(/\.js$/, '.d.ts')));
    }
    const place = join(stage, 'dist', file);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, text.replace(/^\/\/# sourceMappingURL=.*\n?/m, ''));
  }
}

/** Bundled packages keep their licences. */
function copyLicences(stage, packages) {
  copyFileSync(join(root, 'LICENSE'), join(stage, 'LICENSE'));
  const require = createRequire(import.meta.url);
  const texts = [...packages].sort().map((name) => {
    const folder = dirname(require.resolve(`${name}/package.json`));
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return `${name} ${version}\n\n${readFileSync(join(folder, 'LICENSE'), 'utf8')}`;
  });
  writeFileSync(join(stage, 'THIRD-PARTY-LICENSES'), texts.join('\n'));
}

function manifest() {
  const { name, version, description, keywords, license, type, sideEffects, exports } =
    readManifest('packages/client');
  const published = (entry) => ({ types: exports[entry].types, default: exports[entry].default });
  return {
    name,
    version,
    description,
    keywords,
    license,
    type,
    sideEffects,
    engines: readManifest('.').engines,
    exports: { '.': published('.'), './browser': published('./browser'), './package.json': './package.json' },
  };
}

const [folder] = process.argv.slice(2);
if (folder === undefined)
  throw new Error('give the folder that gets the tarball: node scripts/pack-client.mjs DIR');
if (!existsSync(join(built, 'index.js'))) throw new Error('packages/client is not built: run npm run build');
const stage = mkdtempSync(join(tmpdir(), 'millrace-client-package-'));
try {
  const packages = await bundle(stage);
  copyDeclarations(stage);
  copyLicences(stage, packages);
  copyFileSync(join(client, 'README.md'), join(stage, 'README.md'));
  writeFileSync(join(stage, 'package.json'), `${JSON.stringify(manifest(), undefined, 2)}\n`);
  const target = resolve(folder);
  const packed = spawnSync('npm', ['pack', '--json', '--offline', '--pack-destination', target], {
    cwd: stage,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (packed.status !== 0) throw new Error('npm pack has failed');
  const [{ filename }] = JSON.parse(packed.stdout);
  process.stdout.write(`${join(target, filename)}\n`);
} finally {
  rmSync(stage, { recursive: true, force: true });
}
