// Copies the built code of services: `node scripts/copy-production.mjs <folder> <service>...`.
// `npm ci --omit=dev --workspace <service>` in that folder then installs their dependencies.
// With `--list` in place of a folder it prints the paths that it would copy.
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readManifest, root, workspaceFolders } from './workspaces.mjs';

const NPM_FILES = ['package.json', 'package-lock.json', '.npmrc'];

/** Folders of the services and of all workspaces that they depend on, sorted. */
function productionFolders(services) {
  const folderOf = new Map(workspaceFolders().map((folder) => [readManifest(folder).name, folder]));
  const folders = new Set(services);
  for (const folder of folders) {
    const { dependencies = {} } = readManifest(folder);
    for (const name of Object.keys(dependencies)) if (folderOf.has(name)) folders.add(folderOf.get(name));
  }
  return [...folders].sort();
}

/** For each workspace: its package.json and the paths that this lists as `files`. */
function productionPaths(services) {
  const ofWorkspaces = productionFolders(services).flatMap((folder) =>
    ['package.json', ...readManifest(folder).files].map((file) => `${folder}/${file}`),
  );
  return [...NPM_FILES, ...ofWorkspaces];
}

function copyProduction(target, services) {
  const paths = productionPaths(services);
  const missing = paths.filter((path) => !existsSync(join(root, path)));
  if (missing.length > 0) throw new Error(`missing, build first: ${missing.join(', ')}`);
  mkdirSync(target, { recursive: true });
  for (const path of paths) cpSync(join(root, path), join(target, path), { recursive: true });
}

const [, , target, ...services] = process.argv;
if (target === undefined || services.length === 0) {
  process.stderr.write('usage: node scripts/copy-production.mjs <folder | --list> <service>...\n');
  process.exit(2);
}
if (target === '--list') process.stdout.write(`${productionPaths(services).join('\n')}\n`);
else copyProduction(target, services);
