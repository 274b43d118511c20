// Bundles each service and its threads into services/*/dist/bundle: loading a thousand modules one by one takes longer
// than all else that a service does until it is ready.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { originalPlaces } from './original-places.mjs';
import { root } from './workspaces.mjs';

/** Built modules that a process or a thread starts with, from the root, by service and by their names in its bundle. */
const services = {
  'services/api': {
    main: 'services/api/dist/main.js',
    'body-thread': 'services/api/dist/http/body-thread.js',
    'compile-thread': 'packages/compilation/dist/compile-thread.js',
    'engine-thread': 'services/api/dist/run/engine-thread.js',
    'duckdb-process': 'packages/sqlquery/dist/engine/duckdb/duckdb-process.js',
  },
  'services/worker': {
    main: 'services/worker/dist/main.js',
    'engine-thread': 'services/worker/dist/engine-thread.js',
    'duckdb-process': 'packages/sqlquery/dist/engine/duckdb/duckdb-process.js',
  },
};

/** What is there when the bundles are, from the root. */
export const serviceBundles = Object.keys(services).map((service) => `${service}/dist/bundle/main.js`);

/** Does nothing where there is no bundler, as in a production install. */
async function bundleServices() {
  if (!existsSync(join(root, 'node_modules/esbuild'))) return;
  const { build } = createRequire(import.meta.url)('esbuild');
  for (const [service, modules] of Object.entries(services)) {
    const entries = Object.fromEntries(
      Object.entries(modules).map(([name, file]) => [name, join(root, file)]),
    );
    const folder = join(root, service, 'dist/bundle');
    await build({
      entryPoints: entries,
      outdir: folder,
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      // Its library is a file of its own, beside the module that loads it.
      external: ['@duckdb/node-api'],
      // The modules of the SDK of S3, and not its scripts, whose exports a dynamic import would not find.
      mainFields: ['module', 'main'],
      legalComments: 'none',
      logLevel: 'warning',
      plugins: [originalPlaces(folder, entries)],
      // CommonJS packages inside the bundle ask for modules of Node.
      banner: {
        js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
      },
    });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundleServices();
