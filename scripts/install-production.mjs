// Makes a folder with one service and what it needs to run: `node scripts/install-production.mjs <folder> <service>`.
// deploy/Dockerfile makes its images so, and CI starts what this makes. The last line printed is the size.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root } from './workspaces.mjs';

const [, , target, service] = process.argv;
if (target === undefined || service === undefined || existsSync(target)) {
  process.stderr.write('usage: node scripts/install-production.mjs <folder that does not exist> <service>\n');
  process.exit(2);
}
const folder = resolve(target);
execFileSync(process.execPath, [join(root, 'scripts/copy-production.mjs'), folder, service], {
  stdio: 'inherit',
});
execFileSync('npm', ['ci', '--silent', '--omit=dev', '--workspace', service], {
  cwd: folder,
  stdio: ['ignore', 'inherit', 'inherit'],
  shell: process.platform === 'win32',
});

// An optional peer of a library, which npm takes from the lock file because the build needs it, and its programs.
for (const name of ['typescript', '@typescript']) {
  rmSync(join(folder, 'node_modules', name), { recursive: true, force: true });
}
for (const file of ['package-lock.json', '.npmrc']) rmSync(join(folder, file), { force: true });
/** What compilers, editors and people read, and no process. */
const unread = /\.d\.[cm]?ts$|\.(map|flow|md|markdown)$/;
for (const path of filesBelow(join(folder, 'node_modules'))) if (unread.test(path)) rmSync(path);

const files = filesBelow(folder);
const bytes = files.reduce((sum, path) => sum + statSync(path).size, 0);
process.stdout.write(`${service}: ${files.length} files, ${(bytes / 1e6).toFixed(1)} MB\n`);

/** Links lead to packages of this repository, which are found by themselves. */
function filesBelow(path) {
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}
