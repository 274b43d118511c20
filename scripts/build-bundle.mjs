// Bundles the command line and its engine thread into packages/cli/dist/bundle: loading some hundred modules one by one
// takes longer than a small run does.
import { rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { originalPlaces } from './original-places.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'packages/cli/dist/bundle');

/** Built modules that a process or a thread starts with, by their names in the bundle. */
const entries = {
  millrace: join(root, 'packages/cli/dist/main.js'),
  'engine-thread': join(root, 'packages/cli/dist/run/engine-thread.js'),
};

/** What the launcher loads, from the root. */
export const bundleOutput = 'packages/cli/dist/bundle/millrace.js';

/** Does nothing where there is no bundler, as in a production install. */
async function buildBundle() {
  const require = createRequire(import.meta.url);
  if (!existsSync(join(root, 'node_modules/esbuild'))) return;
  const { build } = require('esbuild');
  await rm(folder, { recursive: true, force: true });
  await build({
    entryPoints: entries,
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [originalPlaces(folder, entries)],
    // CommonJS packages inside the bundle ask for modules of Node.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildBundle();
