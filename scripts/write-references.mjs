// Writes the tsconfig.build.json of every workspace, and the references of those that check tests, from the package files.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { readManifest, root, workspaceFolders } from './workspaces.mjs';

const CONFIG = 'tsconfig.build.json';
const folders = workspaceFolders();
const folderOf = new Map(folders.map((folder) => [readManifest(folder).name, folder]));

for (const folder of folders)
  await write(folder, {
    extends: posix.relative(folder, 'tsconfig.workspace.json'),
    references: referencesFrom(folder, siblingsOf(folder)),
  });
for (const tests of ['test', 'test/harness'])
  await write(tests, {
    ...readConfig(tests),
    references: referencesFrom(tests, folders),
  });

function siblingsOf(folder) {
  const { dependencies, optionalDependencies, devDependencies } = readManifest(folder);
  return Object.keys({ ...dependencies, ...optionalDependencies, ...devDependencies })
    .flatMap((name) => folderOf.get(name) ?? [])
    .sort();
}

function referencesFrom(folder, targets) {
  return targets.map((target) => ({ path: `${posix.relative(folder, target)}/${CONFIG}` }));
}

/** Leaves a file alone that says the same, because its time tells the compiler and scripts whether to build. */
async function write(folder, config) {
  const file = join(root, folder, CONFIG);
  const text = JSON.stringify(config);
  if (existsSync(file) && JSON.stringify(readConfig(folder)) === text) return;
  process.stderr.write(`writing ${folder}/${CONFIG}\n`);
  const { formatSource } = await import('./format-source.mjs');
  writeFileSync(file, await formatSource(file, text));
}

function readConfig(folder) {
  return JSON.parse(readFileSync(join(root, folder, CONFIG), 'utf8'));
}
